import type { Consumer, Source, VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type {
  DtlsParameters,
  IceParameters,
  MediaKind,
  RtpCapabilities,
} from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { types } from 'mediasoup';
import { Refusal } from '../base/errors.ts';
import type { MediaWorker } from './media-workers.ts';
import { isConnected, type PeerMeasure, PeerTransports } from './peer-transports.ts';
import { PictureHold } from './picture-hold.ts';
import { withoutTimeLayers } from './time-layers.ts';

/** A crowd that begins to watch at once asks the sender for one key frame. */
const KEY_FRAME_MS = 500;

export interface PeerProducer {
  readonly producer: types.Producer;
  readonly peer: Peer;
  readonly source: Source;
  /** By the sender itself. */
  pausedBySender: boolean;
}

export interface PeerConsumer {
  readonly consumer: types.Consumer;
  readonly of: PeerProducer;
  pausedByReceiver: boolean;
  /** The best that the receiver has a use for, where there are several. */
  layers: types.ConsumerLayers | undefined;
  /** Not among those whom a large room hears. */
  heldBack: boolean;
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
  onLayers: (consumer: string, layers: { spatial: number | null; temporal: number | null }) => void;
  onPaused: (producer: PeerProducer) => void;
}

/** Media of one participant: two transports and what goes through them. */
export class Peer {
  readonly user: string;
  readonly router: types.Router;
  readonly on: MediaWorker;
  readonly producers = new Map<string, PeerProducer>();
  readonly consumers = new Map<string, PeerConsumer>();
  rtpCapabilities: RtpCapabilities | undefined;
  readonly #parts: PeerParts;
  readonly #transports: PeerTransports;
  readonly #pictures = new PictureHold({
    loss: async () => (await this.#transports.receive.getStats())[0]?.rtpPacketLossSent ?? 0,
    changed: () => this.#settlePictures(),
  });
  #silence: Silence = { mic: false, ears: false };
  #chosen: ReadonlySet<string> = new Set();

  private constructor(parts: PeerParts, transports: PeerTransports) {
    this.user = parts.user;
    this.router = parts.router;
    this.on = parts.on;
    this.#parts = parts;
    this.#transports = transports;
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
    const producer = await this.#transports.send.produce({
      kind,
      rtpParameters,
      paused,
      keyFrameRequestDelay: KEY_FRAME_MS,
    });
    const made: PeerProducer = { producer, peer: this, source, pausedBySender: options.paused };
    this.producers.set(producer.id, made);
    producer.observer.once('close', () => this.producers.delete(producer.id));
    return made;
  }

  /** Video waits for `resume`, so that its first key frame is not lost on a receiver that is not ready. */
  async consume(of: PeerProducer, producerId: string, heldBack: boolean): Promise<PeerConsumer> {
    const { producer } = of;
    const isDeaf = producer.kind === 'audio' && this.#silence.ears;
    const consumer = await this.#transports.receive.consume({
      producerId,
      rtpCapabilities: this.rtpCapabilities as types.RtpCapabilities,
      paused: producer.kind === 'video' || heldBack || isDeaf,
    });
    const made: PeerConsumer = {
      consumer,
      of,
      pausedByReceiver: producer.kind === 'video',
      layers: consumer.preferredLayers,
      heldBack,
    };
    this.consumers.set(consumer.id, made);
    this.on.load++;
    consumer.observer.once('close', () => {
      this.on.load--;
      this.consumers.delete(consumer.id);
    });
    consumer.on('layerschange', (layers) =>
      this.#parts.onLayers(consumer.id, {
        spatial: layers?.spatialLayer ?? null,
        temporal: layers?.temporalLayer ?? null,
      }),
    );
    if (consumer.kind === 'video') {
      void this.#pictures.watch(consumer);
      await this.#settleLayers(made);
    }
    return made;
  }

  requireProducer(id: string): PeerProducer {
    return required(this.producers.get(id));
  }

  requireConsumer(id: string): PeerConsumer {
    return required(this.consumers.get(id));
  }

  async pauseProducer(id: string, paused: boolean): Promise<void> {
    const found = this.requireProducer(id);
    found.pausedBySender = paused;
    await this.#settleProducer(found);
  }

  async pauseConsumer(id: string, paused: boolean): Promise<void> {
    const found = this.requireConsumer(id);
    found.pausedByReceiver = paused;
    await this.#settleConsumer(found);
  }

  /** What is decided here and not by the participant. */
  async silence(silence: Silence): Promise<void> {
    this.#silence = silence;
    await Promise.all([
      ...[...this.producers.values()].map((one) => this.#settleProducer(one)),
      ...[...this.consumers.values()].map((one) => this.#settleConsumer(one)),
    ]);
  }

  /** Which microphones a large room hears. */
  async holdBack(chosen: ReadonlySet<string>): Promise<void> {
    this.#chosen = chosen;
    for (const found of this.consumers.values()) {
      // Others may have been chosen while this waited.
      const heldBack = found.of.source === 'mic' && !this.#chosen.has(found.of.producer.id);
      await this.hold(found, heldBack);
    }
  }

  async setLayers(id: string, wanted: types.ConsumerLayers): Promise<void> {
    const found = this.requireConsumer(id);
    found.layers = wanted;
    await this.#settleLayers(found);
  }

  async hold(found: PeerConsumer, heldBack: boolean): Promise<void> {
    if (heldBack === found.heldBack) return;
    found.heldBack = heldBack;
    await this.#settleConsumer(found);
  }

  asConsumer({ consumer, of, pausedByReceiver }: PeerConsumer): Consumer {
    return {
      id: consumer.id,
      producer: of.producer.id,
      user: of.peer.user,
      source: of.source,
      kind: consumer.kind,
      rtp_parameters: consumer.rtpParameters as unknown as Consumer['rtp_parameters'],
      paused: pausedByReceiver,
      producer_paused: of.producer.paused,
    };
  }

  measure(): Promise<PeerMeasure> {
    return this.#transports.measure();
  }

  close(): void {
    this.#pictures.close();
    this.#transports.close();
  }

  get isClosed(): boolean {
    return this.#transports.send.closed;
  }

  #isSilent(source: Source): boolean {
    return source === 'mic' && this.#silence.mic;
  }

  async #settleProducer(found: PeerProducer): Promise<void> {
    const { producer, source } = found;
    const paused = found.pausedBySender || this.#isSilent(source);
    if (producer.closed || paused === producer.paused) return;
    try {
      await (paused ? producer.pause() : producer.resume());
    } catch (error) {
      if (producer.closed) return;
      throw error;
    }
    this.#parts.onPaused(found);
  }

  #isToPause({ consumer, pausedByReceiver, heldBack }: PeerConsumer): boolean {
    return (
      pausedByReceiver || heldBack || (consumer.kind === 'audio' ? this.#silence.ears : this.#pictures.stage === 'none')
    );
  }

  async #settleConsumer(found: PeerConsumer): Promise<void> {
    if (found.settling === undefined && this.#isToPause(found) !== found.consumer.paused)
      found.settling = this.#settle(found);
    await found.settling;
  }

  async #settlePictures(): Promise<void> {
    for (const found of this.consumers.values()) {
      const { consumer, pausedByReceiver } = found;
      if (consumer.kind !== 'video') continue;
      await this.#settleLayers(found);
      await this.#settleConsumer(found);
      // mediasoup tells it only of those that have several layers.
      const layer = consumer.paused ? null : 0;
      if (consumer.type === 'simple' && !pausedByReceiver)
        this.#parts.onLayers(consumer.id, { spatial: layer, temporal: layer });
    }
  }

  async #settleLayers({ consumer, layers }: PeerConsumer): Promise<void> {
    if (layers === undefined) return;
    const fitting = this.#pictures.stage === 'least' ? { spatialLayer: 0, temporalLayer: 0 } : layers;
    const now = consumer.preferredLayers;
    if (now?.spatialLayer !== fitting.spatialLayer || now.temporalLayer !== fitting.temporalLayer)
      await consumer.setPreferredLayers(fitting);
  }

  /** What is wanted may change while it is done. */
  async #settle(found: PeerConsumer): Promise<void> {
    const { consumer, of } = found;
    // A consumer hears a little later that its producer is closed.
    const isGone = () => consumer.closed || of.producer.closed;
    try {
      while (!isGone() && this.#isToPause(found) !== consumer.paused)
        await (this.#isToPause(found) ? consumer.pause() : consumer.resume());
    } catch (error) {
      if (!isGone()) throw error;
    } finally {
      found.settling = undefined;
    }
  }
}

function required<T>(found: T | undefined): T {
  if (found === undefined) throw new Refusal('not_found');
  return found;
}
