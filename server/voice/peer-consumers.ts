import type { Consumer } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { RtpCapabilities } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { types } from 'mediasoup';
import { Refusal } from '../base/errors.ts';
import type { MediaWorker } from './media-workers.ts';
import type { PeerProducer } from './peer.ts';
import { PictureHold } from './picture-hold.ts';

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

export interface LayersSent {
  spatial: number | null;
  temporal: number | null;
}

export interface PeerConsumersParts {
  transport: types.WebRtcTransport | types.PlainTransport;
  on: MediaWorker;
  onLayers: (consumer: string, layers: LayersSent) => void;
}

/** What a participant takes of others, and which of it is sent at the moment. */
export class PeerConsumers {
  rtpCapabilities: RtpCapabilities | undefined;
  readonly #parts: PeerConsumersParts;
  readonly #all = new Map<string, PeerConsumer>();
  readonly #pictures: PictureHold;
  #isDeaf = false;
  #chosen: ReadonlySet<string> = new Set();

  constructor(parts: PeerConsumersParts) {
    this.#parts = parts;
    this.#pictures = new PictureHold({
      loss: async () => (await parts.transport.getStats())[0]?.rtpPacketLossSent ?? 0,
      changed: () => this.#settlePictures(),
    });
  }

  get size(): number {
    return this.#all.size;
  }

  get ids(): string[] {
    return [...this.#all.keys()];
  }

  isTaken(producer: PeerProducer): boolean {
    return [...this.#all.values()].some(({ of }) => of === producer);
  }

  require(id: string): PeerConsumer {
    const found = this.#all.get(id);
    if (found === undefined) throw new Refusal('not_found');
    return found;
  }

  /** Video waits for `resume`, so that its first key frame is not lost on a receiver that is not ready. */
  async take(of: PeerProducer, producerId: string, heldBack: boolean): Promise<PeerConsumer> {
    const { transport, on, onLayers } = this.#parts;
    const isVideo = of.producer.kind === 'video';
    const consumer = await transport.consume({
      producerId,
      rtpCapabilities: this.rtpCapabilities as types.RtpCapabilities,
      paused: isVideo || heldBack || this.#isDeaf,
    });
    // What is closed closes what was there; this was not there yet.
    if (transport.closed) {
      consumer.close();
      throw new Refusal('not_in_voice');
    }
    const made: PeerConsumer = {
      consumer,
      of,
      pausedByReceiver: isVideo,
      layers: consumer.preferredLayers,
      heldBack,
    };
    this.#all.set(consumer.id, made);
    on.load++;
    consumer.observer.once('close', () => {
      on.load--;
      this.#all.delete(consumer.id);
    });
    consumer.on('layerschange', (layers) =>
      onLayers(consumer.id, { spatial: layers?.spatialLayer ?? null, temporal: layers?.temporalLayer ?? null }),
    );
    if (isVideo) {
      void this.#pictures.watch(consumer);
      await this.#settleLayers(made);
    }
    // Whether the receiver is deafened may have changed while it was made.
    await this.#settle(made);
    return made;
  }

  async pause(id: string, paused: boolean): Promise<void> {
    const found = this.require(id);
    found.pausedByReceiver = paused;
    await this.#settle(found);
  }

  async setLayers(id: string, wanted: types.ConsumerLayers): Promise<void> {
    const found = this.require(id);
    found.layers = wanted;
    await this.#settleLayers(found);
  }

  /** Whether sound is kept from the participant. */
  async deafen(isDeaf: boolean): Promise<void> {
    this.#isDeaf = isDeaf;
    await Promise.all([...this.#all.values()].map((one) => this.#settle(one)));
  }

  /** Which microphones a large room hears. */
  async holdBack(chosen: ReadonlySet<string>): Promise<void> {
    this.#chosen = chosen;
    for (const found of this.#all.values()) {
      // Others may have been chosen while this waited.
      const heldBack = found.of.source === 'mic' && !this.#chosen.has(found.of.producer.id);
      await this.hold(found, heldBack);
    }
  }

  async hold(found: PeerConsumer, heldBack: boolean): Promise<void> {
    if (heldBack === found.heldBack) return;
    found.heldBack = heldBack;
    await this.#settle(found);
  }

  close(): void {
    this.#pictures.close();
  }

  #isToPause({ consumer, pausedByReceiver, heldBack }: PeerConsumer): boolean {
    return pausedByReceiver || heldBack || (consumer.kind === 'audio' ? this.#isDeaf : this.#pictures.stage === 'none');
  }

  async #settle(found: PeerConsumer): Promise<void> {
    if (found.settling === undefined && this.#isToPause(found) !== found.consumer.paused)
      found.settling = this.#untilSettled(found);
    await found.settling;
  }

  /** What is wanted may change while it is done. */
  async #untilSettled(found: PeerConsumer): Promise<void> {
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

  async #settlePictures(): Promise<void> {
    for (const found of this.#all.values()) {
      const { consumer, pausedByReceiver } = found;
      if (consumer.kind !== 'video') continue;
      await this.#settleLayers(found);
      await this.#settle(found);
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
}

export const shownConsumer = ({ consumer, of, pausedByReceiver }: PeerConsumer): Consumer => ({
  id: consumer.id,
  producer: of.producer.id,
  user: of.peer.user,
  source: of.source,
  kind: consumer.kind,
  rtp_parameters: consumer.rtpParameters as unknown as Consumer['rtp_parameters'],
  paused: pausedByReceiver,
  producer_paused: of.producer.paused,
});
