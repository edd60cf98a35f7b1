import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Authority, createAuthority } from '@folkmoot/conformance-tests/puppet/authority.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { inheritedEnvironment } from './inherited-environment.ts';
import { freePort, mainFile, untilReady } from './start-homeserver.ts';

export interface NetworkOptions {
  /** Settings of every homeserver as environment variables. */
  environment?: Record<string, string>;
  /** A folder that outlives the network; otherwise a temporary one. */
  folder?: string;
}

export interface HomeserverOptions {
  /** Otherwise a free one. */
  port?: number;
  /** Puts something into the data before the first start; gets the settings as environment variables. */
  prepare?(environment: Record<string, string>): Promise<void>;
}

/** Homeservers as processes of their own, `a.localhost:<port>` and so on, over HTTPS with certificates of one development CA. */
export class SpawnedNetwork implements AsyncDisposable {
  readonly folder: string;
  readonly caFile: string;
  readonly #ca: Authority = createAuthority();
  readonly #options: NetworkOptions;
  readonly #homeservers: NetworkHomeserver[] = [];

  private constructor(folder: string, options: NetworkOptions) {
    this.folder = folder;
    this.caFile = join(folder, 'ca.pem');
    this.#options = options;
  }

  static async open(options: NetworkOptions = {}): Promise<SpawnedNetwork> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'folkmoot-network-')));
    await mkdir(folder, { recursive: true });
    const network = new SpawnedNetwork(folder, options);
    await writeFile(network.caFile, network.#ca.certificate);
    setDefaultCACertificates([...getCACertificates('default'), network.#ca.certificate]);
    return network;
  }

  /** Starts one; the label is the first part of its name. It is reached through a proxy of its own at `port`. */
  async homeserver(label: string, { port, prepare }: HomeserverOptions = {}): Promise<NetworkHomeserver> {
    const host = `${label}.localhost`;
    const [outside, inside] = [port ?? (await freePort()), await freePort()];
    const { certificate, key } = this.#ca.issue(host, '127.0.0.1');
    const folder = join(this.folder, label);
    await mkdir(folder, { recursive: true });
    const [certificateFile, keyFile] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
    await writeFile(certificateFile, certificate);
    await writeFile(keyFile, key, { mode: 0o600 });
    const environment = {
      FOLKMOOT_DATA: join(folder, 'data'),
      FOLKMOOT_SERVER_NAME: `${host}:${outside}`,
      FOLKMOOT_LISTEN: `127.0.0.1:${inside}`,
      FOLKMOOT_PUBLIC_URL: `https://${host}:${outside}`,
      FOLKMOOT_TLS_CERTIFICATE: certificateFile,
      FOLKMOOT_TLS_KEY: keyFile,
      FOLKMOOT_FEDERATION_CA: this.caFile,
      FOLKMOOT_FEDERATION_PRIVATE_ADDRESSES: 'allow',
      FOLKMOOT_RATE_LIMITS: 'off',
      FOLKMOOT_LOG: 'warn',
      ...this.#options.environment,
    };
    const proxy = await FaultyProxy.open(outside, inside);
    const homeserver = new NetworkHomeserver(`${host}:${outside}`, `https://127.0.0.1:${inside}`, environment, proxy);
    this.#homeservers.push(homeserver);
    await prepare?.(environment);
    await homeserver.start();
    return homeserver;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#homeservers.map((homeserver) => homeserver[Symbol.asyncDispose]()));
    if (this.#options.folder === undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

/** One homeserver of a network, which can be stopped, killed and started again over the same data. */
export class NetworkHomeserver implements AsyncDisposable {
  readonly name: string;
  /** As browsers and other homeservers know it, through the proxy. */
  readonly url: string;
  /** For clients of this process: past the proxy, and without a name that Debian's name service does not know. */
  readonly direct: string;
  /** Data folder. */
  readonly data: string;
  /** In front of what other homeservers and browsers say to it. */
  readonly proxy: FaultyProxy;
  readonly #environment: Record<string, string>;
  #process: ChildProcess | undefined;

  constructor(name: string, direct: string, environment: Record<string, string>, proxy: FaultyProxy) {
    this.name = name;
    this.url = `https://${name}`;
    this.direct = direct;
    this.data = environment['FOLKMOOT_DATA'] ?? '';
    this.proxy = proxy;
    this.#environment = environment;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [mainFile], {
      env: { ...inheritedEnvironment, ...this.#environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#process = child;
    await untilReady(this.direct, child);
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.proxy[Symbol.asyncDispose]();
  }
}
