import { createHmac, hash, randomBytes } from 'node:crypto';

/** What a token is for, told by its prefix: a session, a refresh, the set-up link. */
export type TokenKind = 'fm_s_' | 'fm_r_' | 'fm_a_';

/** 256 random bits. */
export const newToken = (kind: TokenKind) => `${kind}${randomBytes(32).toString('base64url')}`;

/** The token that follows from another one under a key: the same again for whoever has both. */
export const tokenAfter = (kind: TokenKind, token: string, key: Uint8Array) =>
  `${kind}${createHmac('sha256', key).update(`${kind}\0${token}`).digest('base64url')}`;

/** What is stored: a token has so many random bits that a fast hash is enough. */
export const hashOfToken = (token: string) => hash('sha256', token, 'base64url');

export const isToken = (kind: TokenKind, text: string) => text.startsWith(kind) && /^[A-Za-z0-9_-]{48}$/.test(text);
