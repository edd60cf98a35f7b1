import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Authority, createAuthority } from '@folkmoot/conformance-tests/puppet/authority.ts';
import { listenAnywhere } from '@folkmoot/conformance-tests/puppet/free-port.ts';
import { freePort, startHomeserver, type TestHomeserver, type TestHomeserverOptions } from './start-homeserver.ts';

/** A small Internet on one machine: homeservers at 127.0.0.1 with certificates of one development CA. */
export class TestNetwork implements AsyncDisposable {
  readonly ca: Authority = createAuthority();
  readonly folder: string;
  readonly #closing: (() => Promise<void>)[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<TestNetwork> {
    const network = new TestNetwork(await mkdtemp(join(tmpdir(), 'folkmoot-network-')));
    await writeFile(join(network.folder, 'ca.pem'), network.ca.certificate);
    // People of this process use fetch and WebSocket, which have no setting of their own.
    setDefaultCACertificates([...getCACertificates('default'), network.ca.certificate]);
    return network;
  }

  /** Settings under which a homeserver serves HTTPS at this port and believes the CA. */
  async settingsFor(port: number): Promise<Record<string, string>> {
    const { certificate, key } = this.ca.issue('127.0.0.1', 'localhost');
    const [certificateFile, keyFile] = [join(this.folder, `${port}.pem`), join(this.folder, `${port}.key`)];
    await writeFile(certificateFile, certificate);
    await writeFile(keyFile, key, { mode: 0o600 });
    return {
      FOLKMOOT_SERVER_NAME: `127.0.0.1:${port}`,
      FOLKMOOT_LISTEN: `127.0.0.1:${port}`,
      FOLKMOOT_PUBLIC_URL: `https://127.0.0.1:${port}`,
      FOLKMOOT_TLS_CERTIFICATE: certificateFile,
      FOLKMOOT_TLS_KEY: keyFile,
      FOLKMOOT_FEDERATION_CA: join(this.folder, 'ca.pem'),
      FOLKMOOT_FEDERATION_PRIVATE_ADDRESSES: 'allow',
    };
  }

  /** A homeserver; it ends with the network. */
  async homeserver(
    options: TestHomeserverOptions & { port?: number } = {},
  ): Promise<TestHomeserver & { name: string }> {
    const port = options.port ?? (await freePort());
    const environment = { ...(await this.settingsFor(port)), ...options.environment };
    const started = await startHomeserver({ ...options, environment });
    this.#closing.push(() => started.close());
    return { ...started, name: `127.0.0.1:${port}` };
  }

  /** Something else that serves HTTPS, to say what a homeserver never would. */
  async server(listener: RequestListener): Promise<{ name: string; server: Server }> {
    const { certificate, key } = this.ca.issue('127.0.0.1');
    const server = createServer({ cert: certificate, key }, listener);
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    const port = await listenAnywhere(server);
    this.#closing.push(async () => {
      const closed = once(server, 'close');
      server.close();
      // Those that were upgraded are no connections of HTTP any more.
      for (const socket of sockets) socket.destroy();
      await closed;
    });
    return { name: `127.0.0.1:${port}`, server };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
