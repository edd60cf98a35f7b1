import { type Backoff, delayAfter } from './backoff.ts';
import { BoundedMap } from './bounded-map.ts';
import type { PublicKey } from './keys.ts';
import type { Peer, PeerStore } from './peer-store.ts';
import { ProtocolError } from './protocol-error.ts';
import { requireKeyDocument, type ServerKeys } from './server-key.ts';

/** For how long a server is not asked again for a key that it did not publish [KEY-5]. */
export const UNKNOWN_KEY_MS = 60_000;
const FAILURES: Backoff = { first: 60_000, longest: 15 * 60_000 };
/** Documents asked for at once: of servers that are pinned, of all others, which must not stand in their way, and for those of here. */
const AT_ONCE = { pinned: 64, strangers: 64, own: 8 };
/** The same because of one who asks: whoever names servers that do not answer keeps others from nothing. [KEY-12] */
const AT_ONCE_FOR_ONE = 8;
const REMEMBERED = 10_000;

export interface DiscoveryParts {
  /** The bytes of `https://<server>/.well-known/folkmoot`; refuses redirects and what is slow or too large by throwing. */
  fetchDocument(server: string): Promise<Uint8Array>;
  peers: PeerStore;
  now(): number;
  /** From 0 to 1. */
  random(): number;
}

interface Read {
  text: string;
  keys: ServerKeys;
}

interface Failed {
  failures: number;
  until: number;
}

/** The keys of other homeservers: asked for once, pinned at first contact, asked for again only with a reason. */
export class Discovery {
  readonly #parts: DiscoveryParts;
  /** Parsed documents, also of servers that did not prove yet that they know the keys in them. */
  readonly #read = new BoundedMap<string, Read>(1_000);
  readonly #unknown = new BoundedMap<string, number>(REMEMBERED);
  readonly #failed = new BoundedMap<string, Failed>(REMEMBERED);
  readonly #running = new Map<string, Promise<ServerKeys>>();
  readonly #slots = { pinned: 0, strangers: 0, own: 0 };
  readonly #askers = new Map<string, number>();

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
  }

  /**
   * A key that may sign now. Asks the server once where the key is not in the document at hand, and then not for a minute.
   * `asker` is outside, and the reason for asking. Throws `unknown_key`, `key_revoked`, `identity_changed`, `discovery_failed` and `busy`.
   */
  async keyOf(server: string, kid: string, asker?: string): Promise<PublicKey> {
    const peer = await this.#parts.peers.find(server);
    const atHand = this.#atHand(server, peer);
    const known = atHand && keyIn(atHand, kid);
    if (known) return known;
    const until = this.#unknown.get(server) ?? 0;
    if (until > this.#parts.now())
      throw new ProtocolError('unknown_key', 'not asked again yet', { retry: until - this.#parts.now() });
    const key = keyIn(await this.#fetchOnce(server, peer, asker), kid);
    if (key) return key;
    this.#unknown.set(server, this.#parts.now() + UNKNOWN_KEY_MS);
    throw new ProtocolError('unknown_key', `${server} does not publish this key`, { retry: UNKNOWN_KEY_MS });
  }

  /** The document of a server that is to be asked for something. Throws `identity_changed`, `discovery_failed` and `busy`. */
  async keysOf(server: string, asker?: string): Promise<ServerKeys> {
    const peer = await this.#parts.peers.find(server);
    return this.#atHand(server, peer) ?? this.#fetchOnce(server, peer, asker);
  }

  /** Whether what is known of a server may be used without asking it; false also where it is suspended. */
  async isAtHand(server: string): Promise<boolean> {
    const peer = await this.#parts.peers.find(server);
    return peer?.state !== 'suspended' && this.#atHand(server, peer) !== undefined;
  }

  /** After the server has proven that it is itself: pins it, and notes the contact. */
  async confirm(server: string): Promise<void> {
    const { peers, now } = this.#parts;
    const read = this.#read.get(server);
    const peer = await peers.find(server);
    if (read && peer?.document !== read.text) await peers.keep(server, keptOf(read), now());
    if (now() - (peer?.last_contact ?? 0) >= 60_000) await peers.touch(server, now());
  }

  /** Forgets what went wrong before and what is not pinned, because an admin asks. */
  forget(server: string): void {
    this.#unknown.delete(server);
    this.#failed.delete(server);
    this.#read.delete(server);
  }

  /** The document that is pinned or was read before, while it may be used. */
  #atHand(server: string, peer: Peer | undefined): ServerKeys | undefined {
    if (peer?.state === 'suspended') throw changed(server);
    const read = this.#readAgain(server, peer);
    return read && read.keys.validUntil > this.#parts.now() ? read.keys : undefined;
  }

  #readAgain(server: string, peer: Peer | undefined): Read | undefined {
    const read = this.#read.get(server);
    // A stranger is what it was when it was read; a peer is what is stored, whoever stored it.
    if (!peer?.document || peer.document === read?.text) return read;
    try {
      // Judged by the time at which it was fetched: how long it may be used depends on that.
      const keys = requireKeyDocument(peer.document, { server, now: peer.fetched ?? 0 });
      const again = { text: peer.document, keys };
      this.#read.set(server, again);
      return again;
    } catch {
      return undefined;
    }
  }

  async #fetchOnce(server: string, peer: Peer | undefined, asker: string | undefined): Promise<ServerKeys> {
    const running = this.#running.get(server);
    if (running) return running;
    const wait = (this.#failed.get(server)?.until ?? 0) - this.#parts.now();
    if (wait > 0) throw new ProtocolError('discovery_failed', 'not asked again yet', { retry: wait });
    const leave = this.#enter(peer?.root ? 'pinned' : asker === undefined ? 'own' : 'strangers', asker);
    const fetching = this.#fetch(server, peer).finally(() => {
      leave();
      this.#running.delete(server);
    });
    this.#running.set(server, fetching);
    return fetching;
  }

  /** Throws `busy`. */
  #enter(kind: keyof typeof AT_ONCE, asker: string | undefined): () => void {
    const ofAsker = asker === undefined ? 0 : (this.#askers.get(asker) ?? 0);
    if (this.#slots[kind] >= AT_ONCE[kind] || ofAsker >= AT_ONCE_FOR_ONE)
      throw new ProtocolError('busy', 'too many servers to ask', { retry: 5_000 });
    this.#slots[kind]++;
    if (asker !== undefined) this.#askers.set(asker, ofAsker + 1);
    return () => {
      this.#slots[kind]--;
      const left = asker === undefined ? 0 : (this.#askers.get(asker) ?? 1) - 1;
      if (asker !== undefined && left > 0) this.#askers.set(asker, left);
      else if (asker !== undefined) this.#askers.delete(asker);
    };
  }

  async #fetch(server: string, peer: Peer | undefined): Promise<ServerKeys> {
    const { fetchDocument, peers, now } = this.#parts;
    const pinned = peer?.root ? { pinned: { rootKid: peer.root, serial: peer.serial ?? 0 } } : {};
    try {
      const bytes = await fetchDocument(server);
      const keys = requireKeyDocument(bytes, { server, now: now(), ...pinned });
      const read = { text: Buffer.from(bytes).toString(), keys };
      this.#read.set(server, read);
      this.#failed.delete(server);
      if (peer?.root) await peers.keep(server, keptOf(read), now());
      return keys;
    } catch (cause) {
      if (cause instanceof ProtocolError && cause.code === 'root_changed') {
        if (peer?.root) await peers.suspend(server, peer.root);
        throw changed(server);
      }
      throw this.#failure(server, cause);
    }
  }

  #failure(server: string, cause: unknown): ProtocolError {
    const failures = (this.#failed.get(server)?.failures ?? 0) + 1;
    const retry = delayAfter(failures, FAILURES, this.#parts.random());
    this.#failed.set(server, { failures, until: this.#parts.now() + retry });
    const why = cause instanceof Error ? cause.message : String(cause);
    return new ProtocolError('discovery_failed', `${server} did not prove who it is: ${why}`, { retry, cause });
  }
}

/** An old key verifies history and signs nothing new, whatever time the signer claims: its request arrives now [KEY-7]. */
function keyIn({ keys, old }: ServerKeys, kid: string): PublicKey | undefined {
  if (old.has(kid)) throw new ProtocolError('key_revoked', 'this key signs nothing new');
  return keys.get(kid);
}

function keptOf({ text, keys: { document } }: Read) {
  return { root: document.root.kid, serial: document.serial, document: text };
}

function changed(server: string): ProtocolError {
  return new ProtocolError('identity_changed', `${server} has another root key than at first contact`);
}
