import type { Source, VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { DtlsParameters, IceParameters, MediaKind } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { types } from 'mediasoup';
import { Refusal } from '../base/errors.ts';
import type { MediaWorker } from './media-workers.ts';
import { type LayersSent, PeerConsumers } from './peer-consumers.ts';
import { isConnected, type PeerMeasure, PeerTransports } from './peer-transports.ts';
import { withoutTimeLayers } from './time-layers.ts';

/** A crowd that begins to watch at once asks the sender for one key frame. */
const KEY_FRAME_MS = 500;

export interface PeerProducer {
  readonly producer: types.Producer;
  readonly peer: Peer;
  readonly source: Source;
  /** By the sender itself. */
  pausedBySender: boolean;
  /** While it is being paused or resumed. */
  settling?: Promise<void> | undefined;
}

/** What a participant may not send or hear. */
export interface Silence {
  mic: boolean;
  ears: boolean;
}

export interface PeerParts {
  user: string;
  router: types.Router;
  on: MediaWorker;
  addresses: readonly string[];
  onLayers: (consumer: string, layers: LayersSent) => void;
  onPaused: (producer: PeerProducer) => void;
}

/** Media of one participant: two transports and what goes through them. */
export class Peer {
  readonly user: string;
  readonly router: types.Router;
  readonly on: MediaWorker;
  readonly producers = new Map<string, PeerProducer>();
  readonly consumers: PeerConsumers;
  readonly #parts: PeerParts;
  readonly #transports: PeerTransports;
  #silence: Silence = { mic: false, ears: false };

  private constructor(parts: PeerParts, transports: PeerTransports) {
    this.user = parts.user;
    this.router = parts.router;
    this.on = parts.on;
    this.#parts = parts;
    this.#transports = transports;
    this.consumers = new PeerConsumers({ ...parts, transport: transports.receive });
  }

  static async create(parts: PeerParts, incomingBitrate: number): Promise<Peer> {
    return new Peer(parts, await PeerTransports.open(parts.router, parts.on, incomingBitrate));
  }

  /** Whether anything can come from the sender. */
  get isSending(): boolean {
    return isConnected(this.#transports.send);
  }

  get isReceiving(): boolean {
    return isConnected(this.#transports.receive);
  }

  get transports(): { send: VoiceTransport; receive: VoiceTransport } {
    return this.#transports.shown(this.#parts.addresses);
  }

  async connect(transport: string, dtls: DtlsParameters): Promise<void> {
    await this.#transports.connect(transport, dtls);
  }

  async restartIce(transport: string): Promise<IceParameters> {
    return this.#transports.restartIce(transport);
  }

  async produce(options: {
    kind: MediaKind;
    source: Source;
    rtpParameters: types.RtpParameters;
    paused: boolean;
  }): Promise<PeerProducer> {
    const { kind, source } = options;
    const rtpParameters = withoutTimeLayers(options.rtpParameters);
    const paused = options.paused || this.#isSilent(source);
    const { send } = this.#transports;
    const producer = await send.produce({
      kind,
      rtpParameters,
      paused,
      keyFrameRequestDelay: KEY_FRAME_MS,
    });
    // What is closed closes what was there; this was not there yet.
    if (send.closed) {
      producer.close();
      throw new Refusal('not_in_voice');
    }
    const made: PeerProducer = { producer, peer: this, source, pausedBySender: options.paused };
    this.producers.set(producer.id, made);
    producer.observer.once('close', () => this.producers.delete(producer.id));
    // Who may not be heard may have changed while it was made.
    await this.#settle(made);
    return made;
  }

  requireProducer(id: string): PeerProducer {
    const found = this.producers.get(id);
    if (found === undefined) throw new Refusal('not_found');
    return found;
  }

  async pauseProducer(id: string, paused: boolean): Promise<void> {
    const found = this.requireProducer(id);
    found.pausedBySender = paused;
    await this.#settle(found);
  }

  /** What is decided here and not by the participant. */
  async silence(silence: Silence): Promise<void> {
    this.#silence = silence;
    await Promise.all([
      ...[...this.producers.values()].map((one) => this.#settle(one)),
      this.consumers.deafen(silence.ears),
    ]);
  }

  measure(): Promise<PeerMeasure> {
    return this.#transports.measure();
  }

  close(): void {
    this.consumers.close();
    this.#transports.close();
  }

  get isClosed(): boolean {
    return this.#transports.send.closed;
  }

  #isSilent(source: Source): boolean {
    return source === 'mic' && this.#silence.mic;
  }

  #isToPause({ source, pausedBySender }: PeerProducer): boolean {
    return pausedBySender || this.#isSilent(source);
  }

  async #settle(found: PeerProducer): Promise<void> {
    if (found.settling === undefined && this.#isToPause(found) !== found.producer.paused)
      found.settling = this.#untilSettled(found);
    await found.settling;
  }

  /** What is wanted may change while it is done. */
  async #untilSettled(found: PeerProducer): Promise<void> {
    const { producer } = found;
    try {
      while (!producer.closed && this.#isToPause(found) !== producer.paused)
        await (this.#isToPause(found) ? producer.pause() : producer.resume());
    } catch (error) {
      if (!producer.closed) throw error;
    } finally {
      found.settling = undefined;
    }
    if (!producer.closed) this.#parts.onPaused(found);
  }
}
