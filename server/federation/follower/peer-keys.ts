import { peek } from '@folkmoot/federation/check-lines.ts';
import type { ExpectedStream } from '@folkmoot/federation/chain.ts';
import type { Discovery } from '@folkmoot/federation/discovery.ts';
import { importPublicKey, type PublicKey } from '@folkmoot/federation/keys.ts';
import type { PeerStore } from '@folkmoot/federation/peer-store.ts';
import { requireKeyDocument, type ServerKeys } from '@folkmoot/federation/server-key.ts';
import { BoundedMap } from '@folkmoot/federation/bounded-map.ts';
import type { StreamKey } from '../../streams/followed-log.ts';
import type { OwnKeys } from '../own-keys.ts';

export type KeyOf = ExpectedStream['keyOf'];

export interface PeerKeysParts {
  self: string;
  ownKeys: Pick<OwnKeys, 'read'>;
  peers: Pick<PeerStore, 'find'>;
  discovery: Pick<Discovery, 'keyOf' | 'keysOf' | 'isAtHand'>;
  /** What a hub noted of the keys of a server: believed only where the server itself says nothing and never did. [KEY-10] */
  attested?: (hub: string, server: string) => Promise<PublicKey[]>;
}

/** How lines came here: from their hub after the newest one, from their hub as its past or state, or from anybody. */
export type Arrival = 'new' | 'past' | 'handed over';

interface Known {
  document: string | undefined;
  keys: ReadonlyMap<string, PublicKey>;
  /** When those were revoked that were. */
  revoked: ReadonlyMap<string, number>;
}

const nothing: Known = { document: undefined, keys: new Map(), revoked: new Map() };

/** Servers that are asked for a document because of one page of lines. */
const ASKED_AT_ONCE = 8;

/** The keys that lines are checked with: of the hub and of the homes of authors, those of today and those of before. */
export class PeerKeys {
  readonly #parts: PeerKeysParts;
  readonly #known = new BoundedMap<string, Known>(2_000);

  constructor(parts: PeerKeysParts) {
    this.#parts = parts;
  }

  /**
   * Looks up every key that the lines name, asking for a document where that may help, so that checking waits for nobody. A key that was
   * known to be revoked when new lines came signed none of them, and no key signed what its hub took after it was revoked; only what a hub
   * itself says is believed with any key that it ever had. [KEY-11]
   */
  async prepare(texts: readonly string[], hub: string, arrival: Arrival): Promise<KeyOf> {
    const wanted = new Map<string, Set<string>>([[hub, new Set()]]);
    for (const text of texts) {
      const line = peek(text);
      if (line?.kid) wanted.get(hub)!.add(line.kid);
      if (!line?.author) continue;
      const { home, kid } = line.author;
      wanted.set(home, (wanted.get(home) ?? new Set()).add(kid));
    }
    const { self, discovery } = this.#parts;
    const spent = new Set<string>();
    let asked = 0;
    await Promise.all(
      [...wanted].map(async ([server, kids]) => {
        const { keys, revoked } = await this.#stored(server);
        for (const kid of kids) if (arrival === 'new' && revoked.has(kid)) spent.add(`${server} ${kid}`);
        if (server === self) return;
        const missing = [...kids].find((kid) => !keys.has(kid));
        // Before anything new is believed, its home is asked again where what is known of it is too old.
        const isOld = arrival === 'new' && server !== hub && !(await discovery.isAtHand(server));
        if ((missing !== undefined || isOld) && asked++ < ASKED_AT_ONCE) await this.#ask(server, missing, hub);
      }),
    );
    const noted = await this.#noted(hub, wanted);
    return (server, kid, ts) => {
      const known = this.#known.get(server);
      const key = known?.keys.get(kid) ?? noted.get(`${server} ${kid}`);
      if (server === hub && arrival !== 'handed over') return key;
      const isOver = ts > (known?.revoked.get(kid) ?? Number.POSITIVE_INFINITY);
      return isOver || spent.has(`${server} ${kid}`) ? undefined : key;
    };
  }

  /** What lines of a stream are checked against, with the keys that they name. */
  async expected(key: StreamKey, hub: string, texts: readonly string[], arrival: Arrival): Promise<ExpectedStream> {
    return { ...key, hub, keyOf: await this.prepare(texts, hub, arrival) };
  }

  async #noted(hub: string, wanted: ReadonlyMap<string, ReadonlySet<string>>): Promise<Map<string, PublicKey>> {
    const noted = new Map<string, PublicKey>();
    const { attested, peers, self } = this.#parts;
    for (const [server, kids] of wanted) {
      const known = this.#known.get(server)?.keys;
      if (!attested || server === hub || server === self || [...kids].every((kid) => known?.has(kid))) continue;
      if ((known?.size ?? 0) > 0 || (await peers.find(server))?.root) continue;
      for (const key of await attested(hub, server)) noted.set(`${server} ${key.kid}`, key);
    }
    return noted;
  }

  /** A key of a server, of now or of before. */
  async find(server: string, kid: string): Promise<PublicKey | undefined> {
    if (!(await this.#stored(server)).keys.has(kid)) await this.#ask(server, kid, server);
    return this.#known.get(server)?.keys.get(kid);
  }

  async #stored(server: string): Promise<Known> {
    if (server === this.#parts.self) return this.#own();
    const document = (await this.#parts.peers.find(server))?.document ?? undefined;
    const known = this.#known.get(server);
    if (known && (document === undefined || known.document === document)) return known;
    const read = document === undefined ? nothing : readAgain(document, server);
    this.#known.set(server, read);
    return read;
  }

  async #own(): Promise<Known> {
    const own = await this.#parts.ownKeys.read();
    const known = {
      document: undefined,
      keys: new Map(own.map(({ kid, jwk }) => [kid, importPublicKey(jwk)])),
      revoked: new Map(own.flatMap(({ kid, revoked }) => (revoked === null ? [] : [[kid, revoked]]))),
    };
    this.#known.set(this.#parts.self, known);
    return known;
  }

  /** What cannot be found out leaves the line without an author, or the stream waiting: it is no reason to fail here. */
  async #ask(server: string, missing: string | undefined, asker: string): Promise<void> {
    const { discovery } = this.#parts;
    if (missing !== undefined) await discovery.keyOf(server, missing, asker).catch(() => undefined);
    const { document, keys } = await this.#stored(server);
    if (missing !== undefined && keys.has(missing)) return;
    const read = await discovery.keysOf(server, asker).catch(() => undefined);
    // One that is a peer is what is stored of it.
    if (!read || (await this.#stored(server)).document !== document) return;
    const now = knownOf(undefined, read);
    this.#known.set(server, { ...now, document, keys: new Map([...keys, ...now.keys]) });
  }
}

function readAgain(document: string, server: string): Known {
  try {
    // However old it is: what it says about keys of the past stays true.
    return knownOf(document, requireKeyDocument(document, { server, now: 0 }));
  } catch {
    return { ...nothing, document };
  }
}

function knownOf(document: string | undefined, { keys, old }: ServerKeys): Known {
  const revoked = [...old].flatMap(([kid, one]): [string, number][] =>
    one.revoked === undefined ? [] : [[kid, one.revoked]],
  );
  const all = [...keys, ...[...old].map(([kid, { key }]): [string, PublicKey] => [kid, key])];
  return { document, keys: new Map(all), revoked: new Map(revoked) };
}
