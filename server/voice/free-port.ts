import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below those that the system gives to connections: none of them takes one before it is listened on. */
const anyPort = { from: 10_000, to: 32_000 };

/** A port that nobody has, of UDP or of TCP. */
export async function anyFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(anyPort.from, anyPort.to);
    if ((await takenAt(port)).length === 0) return port;
  }
}

/** What other programs have of a port at an address, such as `UDP 3478`. */
export async function takenAt(port: number, address = '0.0.0.0'): Promise<string[]> {
  const [udp, tcp] = await Promise.all([isFreeForUdp(port, address), isFreeForTcp(port, address)]);
  return [...(udp ? [] : [`UDP ${port}`]), ...(tcp ? [] : [`TCP ${port}`])];
}

function isFreeForUdp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => resolve(!isTaken(error)));
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}

function isFreeForTcp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(!isTaken(error)));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

/** Whatever else is wrong with a port or an address, no other program has it. */
const isTaken = (error: NodeJS.ErrnoException) => error.code === 'EADDRINUSE';
