import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below those that the system gives to connections and to whoever asks for any: none of them takes one before it is listened on. */
const ports = { from: 10_000, to: 32_000 };
/** So many belong to one process, which listens at the first of them as long as it lives. */
const RANGE = 500;

/** Of this process and not given yet. A homeserver has its port in its name, and others remember the keys of that name. */
const left: number[] = [];
let claiming: Promise<void> | undefined;

/** Listens at a port of loopback that nobody else was given, of this process or another one, and answers with it. */
export async function listenAnywhere(server: Server): Promise<number> {
  for (;;) {
    const port = left.pop();
    if (port === undefined) {
      await (claiming ??= claimRange().finally(() => (claiming = undefined)));
      continue;
    }
    try {
      await listenAt(server, port);
      return port;
    } catch {
      // A program that is none of ours has it.
    }
  }
}

async function claimRange(): Promise<void> {
  const firsts = Array.from({ length: (ports.to - ports.from) / RANGE }, (_, n) => ports.from + n * RANGE);
  while (firsts.length > 0) {
    const [first] = firsts.splice(randomInt(firsts.length), 1) as [number];
    const claim = createServer();
    try {
      await listenAt(claim, first);
    } catch {
      continue;
    }
    claim.unref();
    left.push(...Array.from({ length: RANGE - 1 }, (_, n) => first + 1 + n));
    return;
  }
  throw new Error(`other processes have all ports from ${ports.from} to ${ports.to}`);
}

export async function listenAt(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

/** A port of loopback for another process to listen at. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listenAnywhere(server);
  server.close();
  await once(server, 'close');
  return port;
}
