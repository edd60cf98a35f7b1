import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { Consumer, Room, VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { types } from 'mediasoup';
import { borrowPort, sendBinding } from './ice-binding.ts';
import type { Leg, MediaLegs } from './media-legs.ts';

export type Voice = 'loud' | 'quiet' | 'none';

interface Ear {
  user: string;
  received: types.Producer;
}

/** Keeps the homeserver from taking the other end for gone. */
const CONSENT_MS = 5_000;
const BINDING_MS = 100;
/** mediasoup says the first word of DTLS, where it plays the client, not always again: what was lost then never connects. */
const CONNECT_MS = 5_000;

/** No connection came about: it is to be begun anew. */
export class NoConnection extends Error {}

/** Media of a phone, from going in until it leaves or is told to begin anew. */
export class PhoneStay {
  readonly #line: VoiceLine;
  readonly #legs: MediaLegs;
  readonly #known = new Set<string>();
  readonly #ears = new Map<string, Ear>();
  readonly #over = Promise.withResolvers<never>();
  readonly #closing: (() => void)[] = [];
  #listening: Leg | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(line: VoiceLine, legs: MediaLegs) {
    this.#line = line;
    this.#legs = legs;
    this.#over.promise.catch(() => undefined);
  }

  get ears(): Iterable<Ear> {
    return this.#ears.values();
  }

  /** Until all that is said in the room can be heard. Rejects where the stay is over before. */
  async open(room: Room, voice: Voice): Promise<void> {
    const receiving = this.#connect(room.receive);
    const speaking = voice === 'none' ? undefined : this.#speak(room.send, voice);
    const opened = Promise.all([receiving, speaking]);
    [this.#listening] = await Promise.race([opened, this.#over.promise]);
    this.change({ added: room.producers, removed: [] });
    await this.#work;
  }

  change({ added, removed }: { added: readonly { id: string }[]; removed: readonly string[] }): void {
    for (const { id } of added) this.#known.add(id);
    for (const id of removed) {
      this.#known.delete(id);
      this.#ears.delete(id);
    }
    this.#work = this.#work.catch(() => undefined).then(() => this.#take());
    this.#work.catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ears.clear();
    this.#over.reject(new Error('the stay is over'));
    for (const close of this.#closing) close();
  }

  async #speak(to: VoiceTransport, how: 'loud' | 'quiet'): Promise<void> {
    const leg = await this.#connect(to);
    const { rtpParameters } = await this.#legs.speak(leg, how);
    await this.#line.voice('produce', { kind: 'audio', source: 'mic', rtp_parameters: rtpParameters as never });
  }

  async #connect(to: VoiceTransport): Promise<Leg> {
    const { port } = to.ice_candidates.find(({ protocol }) => protocol === 'udp')!;
    const leg = this.#legs.take(port);
    const { transport } = leg;
    const socket = await borrowPort(leg.port);
    this.#closing.push(() => {
      socket.close();
      transport.close();
    });
    if (this.#closed) throw new Error('the stay is over');
    const bind = () => sendBinding(socket, { ...to.ice_parameters, port });
    const connected = new Promise<void>((resolve) => {
      transport.on('dtlsstatechange', (state) => state === 'connected' && resolve());
    });
    bind();
    const fingerprints = transport.dtlsParameters.fingerprints.filter(({ algorithm }) => algorithm === 'sha-256');
    await this.#line.voice('connect', { transport: to.id, dtls_parameters: { role: 'client', fingerprints } });
    this.#every(BINDING_MS, bind, connected);
    await transport.connect({ dtlsParameters: { ...(to.dtls_parameters as types.DtlsParameters), role: 'server' } });
    await Promise.race([connected, this.#over.promise, this.#tooLate(connected)]);
    this.#every(CONSENT_MS, bind);
    return leg;
  }

  #tooLate(connected: Promise<void>): Promise<never> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new NoConnection()), CONNECT_MS);
    const stop = () => clearTimeout(timer);
    this.#closing.push(stop);
    void connected.then(stop);
    return late.promise;
  }

  #every(ms: number, work: () => void, until?: Promise<void>): void {
    if (this.#closed) return;
    const timer = setInterval(work, ms);
    this.#closing.unshift(() => clearInterval(timer));
    void until?.then(() => clearInterval(timer));
  }

  /** Takes what is there and not taken yet. */
  async #take(): Promise<void> {
    const listening = this.#listening;
    const producers = [...this.#known].filter((id) => !this.#ears.has(id));
    if (listening === undefined || producers.length === 0 || this.#closed) return;
    const rtp_capabilities = this.#legs.router.rtpCapabilities as never;
    const { consumers } = await this.#line.voice('consume', { producers, rtp_capabilities });
    if (!this.#closed) await Promise.all(consumers.map((one) => this.#hear(listening, one)));
  }

  async #hear({ transport }: Leg, { producer, user, rtp_parameters: rtpParameters }: Consumer): Promise<void> {
    const received = await transport.produce({ kind: 'audio', rtpParameters: rtpParameters as never });
    if (!this.#closed) this.#ears.set(producer, { user, received });
  }
}
