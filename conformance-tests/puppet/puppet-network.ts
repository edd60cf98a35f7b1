import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Authority, createAuthority } from './authority.ts';
import { listenAnywhere, listenAt } from './free-port.ts';

let made: Authority | undefined;

/** The one whose certificates all puppets have; from then on this process believes it too. */
function puppetAuthority(): Authority {
  if (made) return made;
  made = createAuthority();
  setDefaultCACertificates([...getCACertificates('default'), made.certificate]);
  return made;
}

export interface PuppetServer {
  /** Server name, `127.0.0.1:<port>`. */
  name: string;
  server: Server;
  /** How often somebody connected. */
  connections: () => number;
  /** From now on connections are refused, and those that are open are cut. */
  vanish: () => Promise<void>;
  /** Listens again, under the same name. */
  comeBack: () => Promise<void>;
}

/** The puppets of one case: servers of this process, and what was wrong about what they were asked. */
export class PuppetNetwork implements AsyncDisposable {
  readonly authority = puppetAuthority();
  /** Requests that no homeserver may send. */
  readonly unexpected: string[] = [];
  readonly #closing: (() => Promise<void>)[] = [];

  async server(listener: RequestListener): Promise<PuppetServer> {
    const { certificate, key } = this.authority.issue('127.0.0.1', 'localhost');
    const server = createServer({ cert: certificate, key }, listener);
    const sockets = new Set<Socket>();
    let connections = 0;
    server.on('connection', (socket: Socket) => {
      connections++;
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    const vanish = async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      // Those that were upgraded are no connections of HTTP any more.
      for (const socket of sockets) socket.destroy();
      await closed;
    };
    const port = await listenAnywhere(server);
    this.#closing.push(vanish);
    const comeBack = () => listenAt(server, port);
    return { name: `127.0.0.1:${port}`, server, connections: () => connections, vanish, comeBack };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
  }
}
