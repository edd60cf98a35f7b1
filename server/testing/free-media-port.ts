import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that mediasoup and the kernel give to whoever asks for any. */
const [least, most] = [2_000, 9_900];

/** The first of some ports in a row of loopback, free for UDP and TCP. */
export async function freeMediaPort(count = 1): Promise<number> {
  for (;;) {
    const first = randomInt(least, most);
    const ports = Array.from({ length: count }, (_, at) => first + at);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const [udp, tcp] = [createSocket('udp4'), createServer()];
  try {
    await Promise.all([
      once(udp.bind(port, '127.0.0.1'), 'listening'),
      once(tcp.listen(port, '127.0.0.1'), 'listening'),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    tcp.close();
    // One that could not be bound is closed already.
    udp.unref();
    try {
      udp.close();
    } catch {}
  }
}
