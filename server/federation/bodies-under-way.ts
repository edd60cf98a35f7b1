import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';

/** Bytes of bodies whose senders have not proven who they are. [SIG-9] */
const MOST = { ofNetwork: 8 * 1024 * 1024, inAll: 64 * 1024 * 1024 };
const RETRY_MS = 2_000;

/** What came of one body; `refuse` is called where it is one too many. */
export interface BodyUnderWay {
  /** Before the bytes are kept. */
  take(bytes: number): void;
  end(): void;
}

interface Held {
  network: string;
  bytes: number;
  refuse(error: ProtocolError): void;
}

/** Bounds what all bodies together take in memory before they are verified: by network, and over all. */
export class BodiesUnderWay {
  readonly #most: typeof MOST;
  readonly #networks = new Map<string, { bytes: number; bodies: Set<Held> }>();
  #bytes = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  begin(network: string, refuse: (error: ProtocolError) => void): BodyUnderWay {
    const body: Held = { network, bytes: 0, refuse };
    const its = this.#networks.get(network) ?? { bytes: 0, bodies: new Set() };
    this.#networks.set(network, its);
    its.bodies.add(body);
    return { take: (bytes) => this.#take(body, bytes), end: () => this.#end(body) };
  }

  #take(body: Held, bytes: number): void {
    const its = this.#networks.get(body.network);
    if (!its?.bodies.has(body)) return;
    body.bytes += bytes;
    its.bytes += bytes;
    this.#bytes += bytes;
    if (its.bytes > this.#most.ofNetwork) this.#refuse(body);
    while (this.#bytes > this.#most.inAll) this.#refuse(this.#largest());
  }

  /** Of the network that takes most: who sends little is served while others send much. */
  #largest(): Held {
    const [most] = [...this.#networks.values()].sort((one, other) => other.bytes - one.bytes);
    return [...most!.bodies].reduce((one, other) => (other.bytes > one.bytes ? other : one));
  }

  #refuse(body: Held): void {
    this.#end(body);
    body.refuse(new ProtocolError('busy', 'too many bytes on their way at once', { retry: RETRY_MS }));
  }

  #end(body: Held): void {
    const its = this.#networks.get(body.network);
    if (!its?.bodies.delete(body)) return;
    its.bytes -= body.bytes;
    this.#bytes -= body.bytes;
    if (its.bodies.size === 0) this.#networks.delete(body.network);
  }
}
