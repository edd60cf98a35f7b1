import { generateKeyPair, type SigningKey, signingKeyFromSeed } from '@folkmoot/federation/keys.ts';
import type { Secrets } from '../base/secrets.ts';
import type { Clock } from '../base/clock.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

export interface ServerKeys {
  /** Signs the key document and stays the same for the life of the homeserver. */
  root: SigningKey;
  /** Signs events. */
  signing: SigningKey;
}

type Kind = 'root' | 'signing';

const newestKey = query<{ kind: Kind }>()((p) => sql.selectFrom('server_keys').selectAll().where('kind', '=', p.kind).orderBy('created', 'desc').limit(1));

const insertKey = query<{ kid: string; kind: Kind; jwk: string; sealed: string; created: number }>()((p) =>
  sql.insertInto('server_keys').values({ kid: p.kid, kind: p.kind, jwk: p.jwk, sealed: p.sealed, created: p.created }),
);

/** The keys of this homeserver, made at its first start and sealed under the master key. */
export async function openServerKeys(tx: Writer, secrets: Secrets, clock: Clock): Promise<ServerKeys> {
  const open = async (kind: Kind): Promise<SigningKey> => {
    const stored = await tx.get(newestKey, { kind });
    if (stored) return signingKeyFromSeed(secrets.open(`server-key/${kind}`, stored.sealed));
    const key = generateKeyPair();
    const sealed = secrets.seal(`server-key/${kind}`, key.exportSecret());
    await tx.run(insertKey, { kid: key.kid, kind, jwk: JSON.stringify(key.publicJwk), sealed, created: clock.now() });
    return key;
  };
  return { root: await open('root'), signing: await open('signing') };
}
