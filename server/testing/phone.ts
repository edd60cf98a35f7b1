import type { Socket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';
import { createGatewayClient, gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { AnyVoiceNotice } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { Consumer, VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { types } from 'mediasoup';
import { borrowPort, sendBinding } from './ice-binding.ts';
import type { Leg, MediaLegs } from './media-legs.ts';
import type { VoicePlace } from './voice-people.ts';

export type Voice = 'loud' | 'quiet' | 'none';

export interface Received {
  packets: number;
  lost: number;
}

/** Keeps the homeserver from taking the other end for gone. */
const CONSENT_MS = 5_000;
const BINDING_MS = 100;
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
  readonly #ears = new Map<string, { user: string; received: types.Producer }>();
  /** Producers of the others. */
  readonly #known = new Set<string>();
  #listening: Leg | undefined;
  #sockets: Socket[] = [];
  #timers: NodeJS.Timeout[] = [];
  #work: Promise<void> = Promise.resolve();
  #place: VoicePlace | undefined;
  #hung = false;
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
    this.#forget();
    const room = await this.#line.voice('join', place);
    const receiving = this.#connect(room.receive).then((leg) => {
      this.#listening = leg;
    });
    const speaking = this.#voice === 'none' ? undefined : this.#speak(room.send, this.#voice);
    await Promise.all([receiving, speaking]);
    for (const { id } of room.producers) this.#known.add(id);
    this.#take();
    await this.#work;
  }

  notice({ t, d }: AnyVoiceNotice): void {
    if (t === 'producers') {
      for (const { id } of d.added) this.#known.add(id);
      for (const id of d.removed) {
        this.#known.delete(id);
        this.#ears.delete(id);
      }
      this.#take();
    }
    if (t === 'rejoin') {
      this.lost++;
      this.#forget();
      void this.#rejoin();
    }
  }

  /** Packets that came of each of these users. */
  async received(users: Iterable<string>): Promise<Map<string, Received>> {
    const sums = new Map<string, Received>([...users].map((user) => [user, { packets: 0, lost: 0 }]));
    await Promise.all(
      [...this.#ears.values()].map(async ({ user, received }) => {
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
    for (const { user: of, received } of this.#ears.values()) {
      if (of !== user) continue;
      received.on('trace', heard);
      await received.enableTraceEvent(['rtp']);
    }
  }

  [Symbol.dispose](): void {
    this.#hung = true;
    this.#forget();
    this.#close?.();
  }

  async #rejoin(): Promise<void> {
    while (!this.#hung) {
      try {
        return await this.join(this.#place!);
      } catch {
        await delay(AGAIN_MS);
      }
    }
  }

  async #speak(to: VoiceTransport, how: 'loud' | 'quiet'): Promise<void> {
    const leg = await this.#connect(to);
    const { rtpParameters } = await this.#legs.speak(leg, how);
    await this.#line.voice('produce', { kind: 'audio', source: 'mic', rtp_parameters: rtpParameters as never });
  }

  async #connect(to: VoiceTransport): Promise<Leg> {
    const { port } = to.ice_candidates.find(({ protocol }) => protocol === 'udp')!;
    const leg = this.#legs.take(port);
    const socket = await borrowPort(leg.port);
    const bind = () => sendBinding(socket, { ...to.ice_parameters, port });
    this.#sockets.push(socket);
    const connected = new Promise<void>((resolve, reject) => {
      leg.transport.on('dtlsstatechange', (state) => {
        if (state === 'connected') resolve();
        if (state === 'failed' || state === 'closed') reject(new Error(`DTLS ${state}`));
      });
    });
    bind();
    const fingerprints = leg.transport.dtlsParameters.fingerprints.filter(({ algorithm }) => algorithm === 'sha-256');
    await this.#line.voice('connect', { transport: to.id, dtls_parameters: { role: 'client', fingerprints } });
    const again = setInterval(bind, BINDING_MS);
    try {
      await leg.transport.connect({
        dtlsParameters: { ...(to.dtls_parameters as types.DtlsParameters), role: 'server' },
      });
      await connected;
    } finally {
      clearInterval(again);
    }
    this.#timers.push(setInterval(bind, CONSENT_MS));
    return leg;
  }

  /** Takes what is there and not taken yet, as soon as there is a way for it. */
  #take(): void {
    const listening = this.#listening;
    if (listening === undefined) return;
    this.#work = this.#work
      .catch(() => undefined)
      .then(async () => {
        const producers = [...this.#known].filter((id) => !this.#ears.has(id));
        if (producers.length === 0 || listening !== this.#listening) return;
        const rtp_capabilities = this.#legs.router.rtpCapabilities as never;
        const { consumers } = await this.#line.voice('consume', { producers, rtp_capabilities });
        if (listening === this.#listening) await Promise.all(consumers.map((one) => this.#hear(listening, one)));
      });
    this.#work.catch(() => undefined);
  }

  async #hear({ transport }: Leg, { producer, user, rtp_parameters: rtpParameters }: Consumer): Promise<void> {
    const received = await transport.produce({ kind: 'audio', rtpParameters: rtpParameters as never });
    this.#ears.set(producer, { user, received });
  }

  #forget(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#sockets) socket.close();
    this.#listening?.transport.close();
    this.#timers = [];
    this.#sockets = [];
    this.#ears.clear();
    this.#known.clear();
    this.#listening = undefined;
    this.#work = Promise.resolve();
  }
}
