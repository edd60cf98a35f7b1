import {
  base32,
  bareJwkOf,
  hashOf,
  type Key,
  newKey,
  randomId,
  signed,
} from '@folkmoot/conformance-tests/puppet/keys.ts';
import {
  type EventFields as LineFields,
  type PuppetLine,
  type Spoil,
  writeLine as write,
} from '@folkmoot/conformance-tests/puppet/puppet-line.ts';

export type Actor = Pick<PuppetUser, 'id' | 'home' | 'next'>;

/** What an event says beside its type and body. */
export interface EventFields extends Omit<LineFields, 'actor' | 'home'> {
  actor: Actor;
  /** Members put over those of the intent that is made up. */
  intentFields?: object;
}

/** Somebody of a puppet homeserver. */
export class PuppetUser {
  readonly key = newKey();
  readonly handle: string;
  readonly home: string;
  #n = 0;

  constructor(handle: string, home: string) {
    this.handle = handle;
    this.home = home;
  }

  get id(): string {
    return `u_${base32(Buffer.from(hashOf('identity', { v: 1, key: bareJwkOf(this.key) }), 'base64url'), 32)}`;
  }

  get profile(): object {
    const { id: user, home, handle } = this;
    const identity = { v: 1, user, key: bareJwkOf(this.key), home, handle, serial: 1, ts: Date.now() };
    return { identity: signed('identity', identity, this.key), display_name: handle };
  }

  next(): number {
    return ++this.#n;
  }
}

/** An event as a hub signs it, with an intent that is made up where there is none. */
export function writeLine(key: Key, { intentFields, ...fields }: EventFields, spoil: Spoil = {}): PuppetLine {
  const { actor, aud, space, stream, type, ts, ref, body } = fields;
  const own = { v: 1, id: randomId('i_'), aud, space, stream, type, actor: actor.id, home: actor.home };
  const intent = fields.intent ?? { ...own, n: actor.next(), ts, exp: ts + 3_600_000, ref, body, ...intentFields };
  return write(key, { ...fields, home: actor.home, intent }, spoil);
}
