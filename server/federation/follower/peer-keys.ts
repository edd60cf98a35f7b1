import { peek } from '@folkmoot/federation/check-lines.ts';
import type { ExpectedStream } from '@folkmoot/federation/chain.ts';
import type { Discovery } from '@folkmoot/federation/discovery.ts';
import { importPublicKey, type PublicKey } from '@folkmoot/federation/keys.ts';
import type { PeerStore } from '@folkmoot/federation/peer-store.ts';
import { requireKeyDocument, type ServerKeys } from '@folkmoot/federation/server-key.ts';
import { BoundedMap } from '@folkmoot/federation/bounded-map.ts';
import type { OwnKeys } from '../own-keys.ts';

export type KeyOf = ExpectedStream['keyOf'];

export interface PeerKeysParts {
  self: string;
  ownKeys: Pick<OwnKeys, 'read'>;
  peers: Pick<PeerStore, 'find'>;
  discovery: Pick<Discovery, 'keyOf' | 'keysOf'>;
  /** What a hub noted of the keys of a server: believed only where the server itself says nothing and never did. [KEY-10] */
  attested?: (hub: string, server: string) => Promise<PublicKey[]>;
}

interface Known {
  document: string | undefined;
  keys: ReadonlyMap<string, PublicKey>;
}

/** Servers that are asked for a document because of one page of lines. */
const ASKED_AT_ONCE = 8;

/** The keys that lines are checked with: of the hub and of the homes of authors, those of today and those of before. */
export class PeerKeys {
  readonly #parts: PeerKeysParts;
  readonly #known = new BoundedMap<string, Known>(2_000);

  constructor(parts: PeerKeysParts) {
    this.#parts = parts;
  }

  /** Looks up every key that the lines name, asking for a document where that may help, so that checking waits for nobody. */
  async prepare(texts: readonly string[], hub: string): Promise<KeyOf> {
    const wanted = new Map<string, Set<string>>([[hub, new Set()]]);
    for (const text of texts) {
      const line = peek(text);
      if (line?.kid) wanted.get(hub)!.add(line.kid);
      if (!line?.author) continue;
      const { home, kid } = line.author;
      wanted.set(home, (wanted.get(home) ?? new Set()).add(kid));
    }
    let asked = 0;
    await Promise.all(
      [...wanted].map(async ([server, kids]) => {
        const keys = await this.#stored(server);
        const missing = [...kids].find((kid) => !keys.has(kid));
        if (missing !== undefined && server !== this.#parts.self && asked++ < ASKED_AT_ONCE)
          await this.#ask(server, missing);
      }),
    );
    const noted = await this.#noted(hub, wanted);
    return (server, kid) => this.#known.get(server)?.keys.get(kid) ?? noted.get(`${server} ${kid}`);
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
    if (!(await this.#stored(server)).has(kid)) await this.#ask(server, kid);
    return this.#known.get(server)?.keys.get(kid);
  }

  async #stored(server: string): Promise<ReadonlyMap<string, PublicKey>> {
    if (server === this.#parts.self) return this.#own();
    const document = (await this.#parts.peers.find(server))?.document ?? undefined;
    const known = this.#known.get(server);
    if (known && (document === undefined || known.document === document)) return known.keys;
    const keys = document === undefined ? new Map() : keysIn(document, server);
    this.#known.set(server, { document, keys });
    return keys;
  }

  async #own(): Promise<ReadonlyMap<string, PublicKey>> {
    const keys = new Map((await this.#parts.ownKeys.read()).map(({ kid, jwk }) => [kid, importPublicKey(jwk)]));
    this.#known.set(this.#parts.self, { document: undefined, keys });
    return keys;
  }

  /** What cannot be found out leaves the line without an author, or the stream waiting: it is no reason to fail here. */
  async #ask(server: string, kid: string): Promise<void> {
    const { discovery } = this.#parts;
    await discovery.keyOf(server, kid).catch(() => undefined);
    const stored = await this.#stored(server);
    if (stored.has(kid)) return;
    const read = await discovery.keysOf(server).catch(() => undefined);
    if (read) this.#known.set(server, { document: undefined, keys: new Map([...stored, ...allOf(read)]) });
  }
}

function keysIn(document: string, server: string): Map<string, PublicKey> {
  try {
    // However old it is: what it says about keys of the past stays true.
    return new Map(allOf(requireKeyDocument(document, { server, now: 0 })));
  } catch {
    return new Map();
  }
}

function* allOf({ keys, old }: ServerKeys): Generator<[string, PublicKey]> {
  yield* keys;
  for (const [kid, { key }] of old) yield [kid, key];
}
