import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below those that the system gives to connections: none of them takes one before it is listened on. */
const anyPort = { from: 10_000, to: 32_000 };

/** A port that nobody has, of UDP or of TCP. */
export async function anyFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(anyPort.from, anyPort.to);
    if (await isFree(port)) return port;
  }
}

/** Whether a port can be had on every address, for UDP and for TCP. */
export async function isFree(port: number): Promise<boolean> {
  return (await isFreeForUdp(port)) && (await isFreeForTcp(port));
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)));
  });
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
