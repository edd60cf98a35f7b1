import { generateKeyPair, type PublicJwk, type SigningKey, signingKeyFromSeed } from '@folkmoot/federation/keys.ts';
import type { Clock } from '../base/clock.ts';
import type { Secrets } from '../base/secrets.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

export interface ServerKeys {
  /** Signs the key document and stays the same for the life of the homeserver. */
  readonly root: SigningKey;
  /** Signs events and requests. A rotation puts another one here, so it is read each time. */
  signing: SigningKey;
}

/** A signing key of now or of before. */
export interface PublishedKey {
  kid: string;
  jwk: PublicJwk;
  created: number;
  revoked: number | null;
}

type Kind = 'root' | 'signing';

const newestKey = query<{ kind: Kind }>()((p) =>
  sql.selectFrom('server_keys').selectAll().where('kind', '=', p.kind).orderBy('created', 'desc').limit(1),
);
const insertKey = query<{ kid: string; kind: Kind; jwk: string; sealed: string; created: number }>()((p) =>
  sql.insertInto('server_keys').values({ kid: p.kid, kind: p.kind, jwk: p.jwk, sealed: p.sealed, created: p.created }),
);
const signingKeys = query<object>()(() =>
  sql
    .selectFrom('server_keys')
    .select(['kid', 'jwk', 'created', 'revoked'])
    .where('kind', '=', 'signing')
    .orderBy('created', 'desc'),
);
const revoke = query<{ kid: string; now: number }>()((p) =>
  sql
    .updateTable('server_keys')
    .set({ revoked: p.now })
    .where('kid', '=', p.kid)
    .where('kind', '=', 'signing')
    .where('revoked', 'is', null),
);

/** The keys of this homeserver, made at its first start and sealed under the master key. */
export async function openServerKeys(tx: Writer, secrets: Secrets, clock: Clock): Promise<ServerKeys> {
  const open = async (kind: Kind): Promise<SigningKey> => {
    const stored = await tx.get(newestKey, { kind });
    if (stored) return signingKeyFromSeed(secrets.open(`server-key/${kind}`, stored.sealed));
    return makeKey(tx, secrets, kind, clock.now());
  };
  return { root: await open('root'), signing: await open('signing') };
}

/** A new signing key, which is the newest from now on. It may be used once the transaction is committed. */
export async function addSigningKey(tx: Writer, secrets: Secrets, clock: Clock): Promise<SigningKey> {
  const newest = await tx.get(newestKey, { kind: 'signing' });
  return makeKey(tx, secrets, 'signing', Math.max(clock.now(), (newest?.created ?? 0) + 1));
}

/** The newest first, which is the one in use. */
export async function readSigningKeys(reader: Reader): Promise<PublishedKey[]> {
  const rows = await reader.all(signingKeys, {});
  return rows.map((row) => ({ ...row, jwk: JSON.parse(row.jwk) as PublicJwk }));
}

/** False where there was nothing to revoke. */
export async function revokeSigningKey(tx: Writer, kid: string, now: number): Promise<boolean> {
  return (await tx.run(revoke, { kid, now })) > 0;
}

async function makeKey(tx: Writer, secrets: Secrets, kind: Kind, created: number): Promise<SigningKey> {
  const key = generateKeyPair();
  const sealed = secrets.seal(`server-key/${kind}`, key.exportSecret());
  await tx.run(insertKey, { kid: key.kid, kind, jwk: JSON.stringify(key.publicJwk), sealed, created });
  return key;
}
