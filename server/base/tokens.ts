import { hash, randomBytes } from 'node:crypto';

/** What a token opens: a session, its refreshing, the set-up of the first admin, a bot, or a stream of a program. */
export type TokenPrefix = 'fm_s_' | 'fm_r_' | 'fm_a_' | 'fm_b_' | 'fm_w_';

export interface IssuedToken {
  /** Given to its owner once and never stored. */
  token: string;
  /** What is stored and looked up. */
  hash: string;
}

/** A token of 256 random bits: its prefix and 43 characters of base64url. */
export function issueToken(prefix: TokenPrefix): IssuedToken {
  const token = prefix + randomBytes(32).toString('base64url');
  return { token, hash: hashToken(token) };
}

/** SHA-256 in base64url; a token has so much randomness that nothing slower is needed. */
export const hashToken = (token: string): string => hash('sha256', token, 'base64url');
