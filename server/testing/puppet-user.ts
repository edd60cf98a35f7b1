import { createHash, randomBytes } from 'node:crypto';
import nacl from 'tweetnacl';
import { canonical, jwkOf, type Key, type Puppet, signed } from './puppet.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** A user of a puppet homeserver, with intents that the puppet signs. */
export class PuppetUser {
  readonly puppet: Puppet;
  readonly handle: string;
  readonly key: Key = nacl.sign.keyPair();
  readonly id: string;
  #n = 0;

  constructor(puppet: Puppet, handle: string) {
    this.puppet = puppet;
    this.handle = handle;
    const { crv, kty, x } = jwkOf(this.key);
    const bytes = `folkmoot/identity/1\n${canonical({ v: 1, key: { crv, kty, x } })}`;
    this.id = `u_${base32(createHash('sha256').update(bytes).digest(), 32)}`;
  }

  identity(more: object = {}) {
    const { crv, kty, x } = jwkOf(this.key);
    const document = { v: 1, user: this.id, key: { crv, kty, x }, home: this.puppet.name, handle: this.handle };
    return signed('identity', { ...document, serial: 1, ts: Date.now(), ...more }, this.key);
  }

  /** An intent for a hub; members of `more` stand over its own before it is signed. */
  intent(aud: string, space: string, stream: string, type: string, body: object, more: object = {}): object {
    const now = Date.now();
    const own = { v: 1, id: randomId('i_'), aud, space, stream, type, actor: this.id, home: this.puppet.name };
    const unsigned = { ...own, n: ++this.#n, ts: now, exp: now + 3_600_000, body, ...more };
    return signed('intent', unsigned, this.puppet.signing);
  }

  joining(aud: string, space: string, invite: string, more: object = {}): object {
    const body = { invite, profile: { identity: this.identity(), display_name: this.handle } };
    return this.intent(aud, space, '_', 'member.join', body, more);
  }

  async says(aud: string, talk: { space: string; channel: string }, content: string) {
    return this.puppet.intends(aud, this.intent(aud, talk.space, talk.channel, 'message.create', { content }));
  }
}

export function randomId(prefix: string): string {
  return prefix + base32(randomBytes(20), 26);
}

function base32(bytes: Uint8Array, length: number): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length }, (_, at) => ALPHABET[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join('');
}
