import {
  bareJwkOf,
  base32,
  hashOf,
  type Key,
  newKey,
  randomId,
  signed,
} from '@folkmoot/conformance-tests/puppet/keys.ts';
import type { Puppet } from './puppet.ts';

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

  identity(more: object = {}) {
    const document = { v: 1, user: this.id, key: bareJwkOf(this.key), home: this.puppet.name, handle: this.handle };
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
