import { randomBytes } from 'node:crypto';
import { hashToken } from '../base/tokens.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

const insertInvite = query<{ hash: string; created: number; expires: number | null; max_uses: number | null }>()((p) =>
  sql
    .insertInto('registration_invites')
    .values({ hash: p.hash, created: p.created, expires: p.expires, max_uses: p.max_uses, uses: 0 }),
);

const usable = query<{ hash: string; now: number }>()((p) =>
  sql
    .selectFrom('registration_invites')
    .select('hash')
    .where('hash', '=', p.hash)
    .where((where) => where.or([where('expires', 'is', null), where('expires', '>', p.now)]))
    .where((where) => where.or([where('max_uses', 'is', null), where('uses', '<', where.ref('max_uses'))])),
);

const countUse = query<{ hash: string }>()((p) =>
  sql
    .updateTable('registration_invites')
    .set((set) => ({ uses: set('uses', '+', 1) }))
    .where('hash', '=', p.hash),
);

export interface RegistrationInviteTerms {
  /** Time after which it does not work; null for never. */
  expires: number | null;
  maxUses: number | null;
}

/** Makes an invite to register here, without a community. The code is not stored. */
export async function createRegistrationInvite(
  tx: Writer,
  { expires, maxUses }: RegistrationInviteTerms,
  now: number,
): Promise<string> {
  const code = randomBytes(16).toString('base64url');
  await tx.run(insertInvite, { hash: hashToken(code), created: now, expires, max_uses: maxUses });
  return code;
}

export async function isRegistrationInvite(reader: Reader, code: string, now: number): Promise<boolean> {
  return (await reader.get(usable, { hash: hashToken(code), now })) !== undefined;
}

/** Counts one use; false when the code is none, expired or used up. */
export async function useRegistrationInvite(tx: Writer, code: string, now: number): Promise<boolean> {
  if (!(await isRegistrationInvite(tx, code, now))) return false;
  await tx.run(countUse, { hash: hashToken(code) });
  return true;
}
