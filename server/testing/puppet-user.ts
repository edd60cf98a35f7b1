import {
  bareJwkOf,
  base32,
  hashOf,
  type Key,
  newKey,
  randomId,
  signed,
} from '@folkmoot/conformance-tests/puppet/keys.ts';
import { shownInvite } from '@folkmoot/conformance-tests/puppet/invites.ts';
import type { Puppet } from './puppet.ts';

/** Whoever an event names as its author. */
export type Actor = Pick<PuppetUser, 'id' | 'home' | 'next'>;

/** A user of a puppet homeserver, with intents that the puppet signs. */
export class PuppetUser {
  readonly puppet: Puppet;
  readonly handle: string;
  readonly key: Key = newKey();
  readonly id: string;
  #n = 0;

  constructor(puppet: Puppet, handle: string) {
    this.puppet = puppet;
    this.handle = handle;
    this.id = `u_${base32(Buffer.from(hashOf('identity', { v: 1, key: bareJwkOf(this.key) }), 'base64url'), 32)}`;
  }

  get home(): string {
    return this.puppet.name;
  }

  get profile() {
    return { identity: this.identity(), display_name: this.handle };
  }

  identity(more: object = {}) {
    const document = { v: 1, user: this.id, key: bareJwkOf(this.key), home: this.home, handle: this.handle };
    return signed('identity', { ...document, serial: 1, ts: Date.now(), ...more }, this.key);
  }

  next(): number {
    return ++this.#n;
  }

  /** An intent for a hub; members of `more` stand over its own before it is signed. */
  intent(aud: string, space: string, stream: string, type: string, body: object, more: object = {}): object {
    return signedIntent(this.puppet.signing, this, { aud, space, stream, type, body, ...more });
  }

  joining(aud: string, space: string, code: string, more: object = {}): object {
    const body = { ...shownInvite(code, space, this.id), profile: this.profile };
    return this.intent(aud, space, '_', 'member.join', body, more);
  }

  async says(aud: string, talk: { space: string; channel: string }, content: string) {
    return this.puppet.intends(aud, this.intent(aud, talk.space, talk.channel, 'message.create', { content }));
  }
}

/** An intent of an actor under any key. */
export function signedIntent(key: Key, actor: Actor, fields: object): object {
  const ts = Date.now();
  const own = { v: 1, id: randomId('i_'), actor: actor.id, home: actor.home, n: actor.next(), ts, exp: ts + 3_600_000 };
  return signed('intent', { ...own, ...fields }, key);
}
