import { setTimeout as delay } from 'node:timers/promises';
import type { MediaLegs } from './media-legs.ts';
import { Phone, type PhoneOwner } from './phone.ts';
import type { VoicePlace } from './voice-people.ts';

export interface CallOptions {
  url: string;
  place: VoicePlace;
  owners: readonly PhoneOwner[];
  /** How many of them talk, the first ones; the others have a microphone too. */
  talking: number;
  legs: MediaLegs;
}

interface Member {
  phone: Phone;
  user: string;
}

/** Many people in one voice channel, without browsers. */
export class CallOfPhones implements Disposable {
  readonly #phones: readonly Member[];
  readonly #talking: string[];

  private constructor(phones: readonly Member[], talking: string[]) {
    this.#phones = phones;
    this.#talking = talking;
  }

  /** Everybody is at the gateway, and then goes in at once. */
  static async gather({ url, place, owners, talking, legs }: CallOptions): Promise<CallOfPhones> {
    const phones = await Promise.all(
      owners.map(async (owner, at) => ({
        user: owner.user,
        phone: await Phone.at(url, owner, legs, at < talking ? 'loud' : 'quiet'),
      })),
    );
    const call = new CallOfPhones(
      phones,
      owners.slice(0, talking).map(({ user }) => user),
    );
    try {
      await Promise.all(phones.map(({ phone }) => phone.join(place)));
    } catch (error) {
      call[Symbol.dispose]();
      throw error;
    }
    return call;
  }

  /** Until everybody hears everybody who talks. */
  async allHear(): Promise<void> {
    await Promise.all(
      this.#phones.map(({ phone, user }) => phone.hears(this.#talking.filter((other) => other !== user))),
    );
  }

  /** Until all were told that the media are gone, this many times by now. */
  async allLost(times: number): Promise<void> {
    while (this.#phones.some(({ phone }) => phone.lost < times)) await delay(5);
  }

  [Symbol.dispose](): void {
    for (const { phone } of this.#phones) phone[Symbol.dispose]();
  }
}

/** Settings of a homeserver that phones can call: legs have to be made for its port before it starts. */
export const phoneEnvironment = (port: number, workers = 1): Record<string, string> => ({
  FOLKMOOT_VOICE_WORKERS: `${workers}`,
  FOLKMOOT_VOICE_PORT: `${port}`,
  FOLKMOOT_VOICE_LISTEN: '127.0.0.1',
  FOLKMOOT_TURN: 'off',
});
