import { canonical, bareJwkOf, base32, hashOf, type Key, newKey, randomId, signed } from './keys.ts';
import { shownInvite } from './invites.ts';
import type { Puppet } from './puppet.ts';

export interface PuppetPlace {
  space: string;
  channel: string;
}

export type IntentObject = Record<string, unknown> & { id: string; sig: string };

/** A user of a puppet, with intents that the puppet signs. */
export class PuppetUser {
  readonly puppet: Puppet;
  readonly handle: string;
  readonly key: Key = newKey();
  readonly id: string;
  #n = 0;

  constructor(puppet: Puppet, handle: string) {
    this.puppet = puppet;
    this.handle = handle;
    this.id = `u_${base32(Buffer.from(hashOf('identity', { key: bareJwkOf(this.key), v: 1 }), 'base64url'), 32)}`;
  }

  identity(more: object = {}) {
    const { id: user, handle, key } = this;
    const document = { v: 1, user, key: bareJwkOf(key), home: this.puppet.name, handle, serial: 1, ts: Date.now() };
    return signed('identity', { ...document, ...more }, key);
  }

  get profile() {
    return { identity: this.identity(), display_name: this.handle };
  }

  next(): number {
    return ++this.#n;
  }

  /** For a hub; members of `more` stand over its own before it is signed. */
  intent(aud: string, space: string, stream: string, type: string, body: object, more: object = {}): IntentObject {
    const ts = Date.now();
    const own = { v: 1, id: randomId('i_'), aud, space, stream, type, actor: this.id, home: this.puppet.name };
    return signed('intent', { ...own, n: this.next(), ts, exp: ts + 3_600_000, body, ...more }, this.puppet.signing);
  }

  /** For the homeserver under test. */
  deed(space: string, stream: string, type: string, body: object, more: object = {}): IntentObject {
    return this.intent(this.puppet.home.name, space, stream, type, body, more);
  }

  message({ space, channel }: PuppetPlace, content: string, more: object = {}): IntentObject {
    return this.deed(space, channel, 'message.create', { content }, more);
  }

  joining(space: string, code: string, more: object = {}): IntentObject {
    const body = { ...shownInvite(code, space, this.id), profile: this.profile };
    return this.deed(space, '_', 'member.join', body, more);
  }

  async joins(space: string, code: string): Promise<Record<string, unknown>> {
    return requireOk(await this.puppet.intends(this.joining(space, code)));
  }

  async says(place: PuppetPlace, content: string, more: object = {}): Promise<Record<string, unknown>> {
    return requireOk(await this.puppet.intends(this.message(place, content, more)));
  }

  /** Status and code of the refusal of an intent. */
  async refused(intent: object | string, by: Puppet = this.puppet): Promise<[unknown, unknown]> {
    const { ok, status, code } = await by.intends(intent);
    if (ok === true) throw new Error(`accepted: ${typeof intent === 'string' ? intent : canonical(intent)}`);
    return [status, code];
  }
}

function requireOk(result: Record<string, unknown>): Record<string, unknown> {
  if (result['ok'] !== true) throw new Error(`refused: ${canonical(result)}`);
  return result;
}
