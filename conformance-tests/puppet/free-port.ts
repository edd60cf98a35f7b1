import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below those that the system gives to connections and to whoever asks for any: none of them takes one before it is listened on. */
const ports = { from: 10_000, to: 32_000 };
/** A homeserver has its port in its name, and others remember the keys of that name. */
const given = new Set<number>();

/** Listens at a port of loopback that nobody else of this process was given, and answers with it. */
export async function listenAnywhere(server: Server): Promise<number> {
  for (;;) {
    const port = randomInt(ports.from, ports.to);
    if (given.has(port)) continue;
    given.add(port);
    try {
      await listenAt(server, port);
      return port;
    } catch {
      // Somebody has it.
    }
  }
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
