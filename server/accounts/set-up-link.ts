import { Refusal } from '../base/errors.ts';
import { hashToken, issueToken } from '../base/tokens.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { findAdmin } from './account-store.ts';

const key = 'set_up_token';
const deleteToken = query<object>()(() => sql.deleteFrom('meta').where('key', '=', key));
const insertToken = query<{ hash: string }>()((p) => sql.insertInto('meta').values({ key, value: p.hash }));
const findToken = query<{ hash: string }>()((p) =>
  sql.selectFrom('meta').select('key').where('key', '=', key).where('value', '=', p.hash),
);
const takeToken = query<{ hash: string }>()((p) =>
  sql.deleteFrom('meta').where('key', '=', key).where('value', '=', p.hash),
);

export const hasAdmin = async (reader: Reader) => (await reader.get(findAdmin, {})) !== undefined;

/** A new token for the set-up link, which replaces an earlier one; undefined when there is an admin. [ACC-1] */
export async function makeSetUpToken(tx: Writer): Promise<string | undefined> {
  await tx.run(deleteToken, {});
  if (await hasAdmin(tx)) return undefined;
  const { token, hash } = issueToken('fm_a_');
  await tx.run(insertToken, { hash });
  return token;
}

export async function isSetUpToken(reader: Reader, token: string): Promise<boolean> {
  return (await reader.get(findToken, { hash: hashToken(token) })) !== undefined && !(await hasAdmin(reader));
}

/** Throws Refusal `invite_gone` unless the token is the newest one, unused, and there is no admin yet. */
export async function useSetUpToken(tx: Writer, token: string): Promise<void> {
  if (await hasAdmin(tx)) throw new Refusal('invite_gone');
  if ((await tx.run(takeToken, { hash: hashToken(token) })) === 0) throw new Refusal('invite_gone');
}
