import { hash } from 'node:crypto';
import { importPublicKey, type PublicJwk, type SigningKey, signingKeyFromSeed } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { signingBytes, verifyBytes } from './signing.ts';

/** Who takes which invite of which space. */
export interface InviteUse {
  space: string;
  invite: string;
  actor: string;
}

/** Whoever knows the code has this key; the log shows the public half. [INV-7] */
export function inviteKeyOf(code: string): SigningKey {
  return signingKeyFromSeed(hash('sha256', `folkmoot/invite-key/1\n${code}`, 'buffer'));
}

/** Says that `actor` knows the code, and is of no use to anybody else. [INV-8] */
export function proveInvite(code: string, use: InviteUse): string {
  return inviteKeyOf(code).sign(provenBytes(use)).toString('base64url');
}

/** `x` is that of the key that the invite was made with. */
export function isInviteProof(proof: unknown, use: InviteUse, x: string): boolean {
  try {
    return verifyBytes(provenBytes(use), proof, importPublicKey(jwkOf(x)));
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

function provenBytes({ space, invite, actor }: InviteUse): Buffer {
  return signingBytes('invite', { v: 1, space, invite, actor });
}

function jwkOf(x: string): PublicJwk {
  return { crv: 'Ed25519', kty: 'OKP', x };
}
