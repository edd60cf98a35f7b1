import { base32, jwkOf, type Key, keyOfSeed, sha256, signatureOf } from './keys.ts';

/** [INV-1] */
export function inviteIdOf(code: string): string {
  return `n_${base32(sha256(code), 26)}`;
}

/** What the log shows of it. [INV-7] */
export function inviteKeyOf(code: string): string {
  return jwkOf(keyOf(code)).x;
}

/** The members of a `member.join` that show an invite and that the actor knows its code. [INV-8] */
export function shownInvite(code: string, space: string, actor: string): { invite: string; proof: string } {
  const invite = inviteIdOf(code);
  return { invite, proof: signatureOf('invite', { v: 1, space, invite, actor }, keyOf(code)) };
}

function keyOf(code: string): Key {
  return keyOfSeed(sha256(`folkmoot/invite-key/1\n${code}`));
}
