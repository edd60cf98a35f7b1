import { canonicalize } from '@folkmoot/federation/canonical-json.ts';
import type { PublicJwk } from '@folkmoot/federation/keys.ts';
import type { KeyDocument } from '@folkmoot/federation/schemas.ts';
import { buildKeyDocument, MAX_KEY_VALIDITY } from '@folkmoot/federation/server-key.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Secrets } from '../base/secrets.ts';
import type { Database } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Committer } from '../streams/committer.ts';
import {
  addSigningKey,
  type PublishedKey,
  readSigningKeys,
  revokeSigningKey,
  type ServerKeys,
} from '../streams/server-keys.ts';

const STORED = 'key_document';
/** Old keys that a document has room for. */
const OLD_KEYS = 64;

const findStored = query<{ key: string }>()((p) => sql.selectFrom('meta').select('value').where('key', '=', p.key));
const store = query<{ key: string; value: string }>()((p) =>
  sql
    .insertInto('meta')
    .values({ key: p.key, value: p.value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: p.value })),
);

export interface OwnKeysParts {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  keys: ServerKeys;
  secrets: Secrets;
  clock: Clock;
  serverName: string;
  /** Told of a new key before it is used. */
  announce?: (key: PublicJwk) => Promise<void>;
  /** Where the federation API is. */
  api: string;
}

/** The keys that this homeserver signs with, and the document that says so to others. */
export class OwnKeys {
  readonly #parts: OwnKeysParts;
  #newest: { document: KeyDocument; text: string } | undefined;
  #renewing: Promise<string> | undefined;

  constructor(parts: OwnKeysParts) {
    this.#parts = parts;
  }

  /** The canonical text of the key document; a new one is made when half the time of the last one is over. [KEY-1] */
  async document(): Promise<string> {
    const { clock } = this.#parts;
    this.#newest ??= await this.#stored();
    if (this.#newest && this.#newest.document.valid_until - clock.now() > MAX_KEY_VALIDITY / 2)
      return this.#newest.text;
    try {
      return await this.renew();
    } catch (error) {
      // Read-only or out of space: what is published still holds for a while.
      if (error instanceof Refusal && this.#newest && this.#newest.document.valid_until > clock.now())
        return this.#newest.text;
      throw error;
    }
  }

  /** The newest text that was published, however old; undefined before the first. */
  async kept(): Promise<string | undefined> {
    return (this.#newest ??= await this.#stored())?.text;
  }

  /** Publishes the keys as they are stored now, under the next serial. */
  renew(): Promise<string> {
    return (this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined)));
  }

  read(): Promise<PublishedKey[]> {
    return this.#parts.database.read(readSigningKeys);
  }

  /** Signs with a new key from now on; the one before stays published as an old one, for history. [KEY-8] */
  async rotate(): Promise<{ before: string; now: string }> {
    const { committer, keys, secrets, clock } = this.#parts;
    const before = keys.signing.kid;
    const key = await committer.commit((tx) => addSigningKey(tx, secrets, clock));
    // Published before it is used, so that whoever sees it can find it.
    await this.#renewAgain();
    await this.#parts.announce?.(key.publicJwk);
    keys.signing = key;
    return { before, now: key.kid };
  }

  /** False where it was revoked before or is none of ours. The key in use cannot be revoked: the caller looks. */
  async revoke(kid: string): Promise<boolean> {
    const { committer, clock } = this.#parts;
    const changed = await committer.commit((tx) => revokeSigningKey(tx, kid, clock.now()));
    if (changed) await this.#renewAgain();
    return changed;
  }

  /** A renewal that is under way may have read the keys as they were before. */
  async #renewAgain(): Promise<void> {
    await this.#renewing?.catch(() => undefined);
    await this.renew();
  }

  async #renew(): Promise<string> {
    const { database, committer, keys, clock, serverName, api } = this.#parts;
    this.#newest ??= await this.#stored();
    const published = await database.read(readSigningKeys);
    const now = clock.now();
    const document = buildKeyDocument(
      {
        server: serverName,
        api,
        // Never below the time in seconds: after a restore from a backup the serial still goes on from where it was.
        serial: Math.max((this.#newest?.document.serial ?? 0) + 1, Math.floor(now / 1_000)),
        valid_until: now + MAX_KEY_VALIDITY,
        versions: [1],
        features: [],
        keys: published.slice(0, 1).map(({ jwk }) => jwk),
        old: published.slice(1, 1 + OLD_KEYS).map(oldKey),
      },
      keys.root,
    );
    const text = canonicalize(document, { keys: 'any' });
    await committer.commit((tx) => tx.run(store, { key: STORED, value: text }));
    this.#newest = { document, text };
    return text;
  }

  /** The last document, where it still says what is true. Its serial counts in any case. */
  async #stored(): Promise<{ document: KeyDocument; text: string } | undefined> {
    const { database, serverName, api } = this.#parts;
    const row = await database.read((reader) => reader.get(findStored, { key: STORED }));
    if (!row) return undefined;
    const document = JSON.parse(row.value) as KeyDocument;
    const published = await database.read(readSigningKeys);
    const isTrue =
      document.server === serverName &&
      document.api === api &&
      document.keys[0]?.kid === published[0]?.kid &&
      published.slice(1, 1 + OLD_KEYS).every(({ kid, revoked }, at) => {
        const old = document.old[at];
        return old?.kid === kid && (old.revoked ?? null) === revoked;
      });
    return { document: isTrue ? document : { ...document, valid_until: 0 }, text: row.value };
  }
}

function oldKey({ jwk, revoked }: PublishedKey): { key: PublicJwk; revoked?: number } {
  return revoked === null ? { key: jwk } : { key: jwk, revoked };
}
