import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, verify } from 'node:crypto';
import { type GuestEnter, guestLimits, proofText } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import { calculateJwkThumbprint, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../base/clock.ts';

/** Whom a token lets in where. */
export interface Ticket {
  user: string;
  home: string;
  space: string;
  channel: string;
}

export interface VoiceTokensParts {
  /** Name of this homeserver. */
  hub: string;
  clock: Clock;
}

const TYPE = 'folkmoot-voice+jwt';
/** A user who goes in and out and in again takes a few. */
const REMEMBERED = 100_000;

/**
 * Tokens that open a room here, each once. The key lives as long as the process, because the memory of what was used does: after a restart
 * no token of before is good for anything.
 */
export class VoiceTokens {
  readonly #hub: string;
  readonly #audience: string;
  readonly #clock: Clock;
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #used = new Map<string, number>();

  constructor({ hub, clock }: VoiceTokensParts) {
    this.#hub = hub;
    this.#audience = `${hub}/voice`;
    this.#clock = clock;
  }

  async issue({ user, ...ticket }: Ticket, key: string): Promise<{ token: string; expires: number }> {
    const now = Math.floor(this.#clock.now() / 1_000);
    const exp = now + guestLimits.tokenSeconds;
    const token = await new SignJWT({ ...ticket, cnf: { jkt: key } })
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
      .setIssuer(this.#hub)
      .setAudience(this.#audience)
      .setSubject(user)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(exp)
      .sign(this.#keys.privateKey);
    return { token, expires: exp * 1_000 };
  }

  /** Undefined for whatever is no token of this hub for this connection; a good one is used up by it. [VOX-15] */
  async redeem({ token, key, proof }: GuestEnter, challenge: string): Promise<Ticket | undefined> {
    const claims = await this.#verify(token);
    if (claims === undefined || claims.jkt !== (await calculateJwkThumbprint(key))) return undefined;
    if (!isSigned(key, proofText(challenge, token), proof)) return undefined;
    if (this.#used.has(claims.jti)) return undefined;
    this.#remember(claims.jti, claims.exp);
    return claims.ticket;
  }

  async #verify(token: string) {
    try {
      const { payload } = await jwtVerify(token, this.#keys.publicKey, {
        algorithms: ['EdDSA'],
        typ: TYPE,
        issuer: this.#hub,
        audience: this.#audience,
        requiredClaims: ['jti', 'sub', 'exp', 'iat'],
        maxTokenAge: guestLimits.tokenSeconds,
        currentDate: new Date(this.#clock.now()),
      });
      const { sub = '', jti = '', exp = 0 } = payload;
      const { home, space, channel, cnf } = payload as unknown as Ticket & { cnf: { jkt: string } };
      return { jti, exp, jkt: cnf.jkt, ticket: { user: sub, home, space, channel } };
    } catch {
      return undefined;
    }
  }

  /** Those that expired are refused anyway. */
  #remember(jti: string, exp: number): void {
    const now = this.#clock.now() / 1_000;
    for (const [old, until] of this.#used) {
      if (until >= now && this.#used.size < REMEMBERED) break;
      this.#used.delete(old);
    }
    this.#used.set(jti, exp);
  }
}

function isSigned(jwk: GuestEnter['key'], text: string, proof: string): boolean {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return false;
  }
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(proof, 'base64url'));
}
