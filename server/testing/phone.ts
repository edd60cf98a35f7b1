import { setTimeout as delay } from 'node:timers/promises';
import { createGatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { AnyVoiceNotice } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { MediaLegs } from './media-legs.ts';
import { NoConnection, PhoneStay, type Voice } from './phone-stay.ts';
import type { VoicePlace } from './voice-people.ts';

export interface Received {
  packets: number;
  lost: number;
}

const AGAIN_MS = 100;
const LOOK_MS = 25;

export interface PhoneOwner {
  user: string;
  token: string;
}

/** A client of voice without a browser: asks over a line as every client does, and sends and takes real packets. */
export class Phone implements Disposable {
  readonly #line: VoiceLine;
  readonly #legs: MediaLegs;
  readonly #voice: Voice;
  #stay: PhoneStay | undefined;
  /** Counts what it was told to begin anew, so that one try at a time goes on. */
  #round = 0;
  #place: VoicePlace | undefined;
  #close: (() => void) | undefined;
  /** How often the homeserver said that all is to be begun anew. */
  lost = 0;

  constructor(line: VoiceLine, legs: MediaLegs, voice: Voice) {
    this.#line = line;
    this.#legs = legs;
    this.#voice = voice;
  }

  /** Of somebody with a gateway session at a homeserver. */
  static async at(url: string, { token }: PhoneOwner, legs: MediaLegs, voice: Voice): Promise<Phone> {
    const ready = Promise.withResolvers<void>();
    const gateway = createGatewayClient({
      url: gatewayUrl(url),
      token: () => token,
      onReady: () => ready.resolve(),
      onEvent: () => undefined,
      onVoiceNotice: (notice) => phone.notice(notice),
    });
    const phone = new Phone(gateway, legs, voice);
    phone.#close = () => gateway.close();
    await ready.promise;
    // `ready` is told before the client counts as connected.
    await Promise.resolve();
    return phone;
  }

  /** Goes in, until all that is said there can be heard. */
  async join(place: VoicePlace): Promise<void> {
    this.#place = place;
    for (;;) {
      this.#stay?.close();
      const stay = new PhoneStay(this.#line, this.#legs);
      this.#stay = stay;
      try {
        return await stay.open(await this.#line.voice('join', place), this.#voice);
      } catch (error) {
        if (!(error instanceof NoConnection) || this.#stay !== stay) throw error;
      }
    }
  }

  notice({ t, d }: AnyVoiceNotice): void {
    if (t === 'producers') this.#stay?.change(d);
    if (t === 'rejoin') {
      this.lost++;
      this.#stay?.close();
      void this.#rejoin(++this.#round);
    }
  }

  /** Packets that came of each of these users. */
  async received(users: Iterable<string>): Promise<Map<string, Received>> {
    const sums = new Map<string, Received>([...users].map((user) => [user, { packets: 0, lost: 0 }]));
    await Promise.all(
      [...(this.#stay?.ears ?? [])].map(async ({ user, received }) => {
        const sum = sums.get(user);
        if (sum === undefined || received.closed) return;
        for (const one of await received.getStats().catch(() => [])) {
          sum.packets += one.packetCount;
          sum.lost += one.packetsLost;
        }
      }),
    );
    return sums;
  }

  /** Until something came of each of these, since it went in. */
  async hears(users: readonly string[]): Promise<void> {
    const silent = new Set(users);
    for (;;) {
      for (const [user, { packets }] of await this.received(silent)) if (packets > 0) silent.delete(user);
      if (silent.size === 0) return;
      await delay(LOOK_MS);
    }
  }

  /** Tells of each packet of somebody who is heard, also when it was said that there are no more. */
  async onPacket(user: string, heard: () => void): Promise<void> {
    for (const { user: of, received } of this.#stay?.ears ?? []) {
      if (of !== user) continue;
      received.on('trace', heard);
      await received.enableTraceEvent(['rtp']);
    }
  }

  [Symbol.dispose](): void {
    this.#round++;
    this.#stay?.close();
    this.#close?.();
  }

  async #rejoin(round: number): Promise<void> {
    while (round === this.#round) {
      try {
        return await this.join(this.#place!);
      } catch {
        await delay(AGAIN_MS);
      }
    }
  }
}
