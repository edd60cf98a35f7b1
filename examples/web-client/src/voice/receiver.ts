import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { Consumer, Producer } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Device, types } from 'mediasoup-client';
import { myId } from '../spaces/world.ts';
import { playSound } from './playback.ts';
import { hidePicture, showPicture, spatialOf } from './pictures.ts';
import { type Picture, setVoiceNow } from './voice-now.ts';

interface Incoming {
  id: string;
  consumer: types.Consumer;
  /** As the homeserver was asked last, and did. */
  paused: boolean;
  spatial: number | undefined;
  stop: () => void;
}

const gatherMs = 40;
const againMs = { first: 1_000, longest: 30_000 };

/** What comes of others: all sound at once, pictures while they are looked at. */
export class Receiver {
  readonly #line: VoiceLine;
  readonly #device: Device;
  readonly #transport: types.Transport;
  readonly #producers = new Map<string, Producer>();
  readonly #incoming = new Map<string, Incoming>();
  readonly #refused = new Set<string>();
  #capabilities = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #againMs = againMs.first;
  #work: Promise<void> = Promise.resolve();

  constructor(line: VoiceLine, device: Device, transport: types.Transport) {
    this.#line = line;
    this.#device = device;
    this.#transport = transport;
  }

  get producers(): ReadonlyMap<string, Producer> {
    return this.#producers;
  }

  take(producers: readonly Producer[]): void {
    for (const producer of producers) {
      if (producer.user === myId() || this.#producers.has(producer.id)) continue;
      this.#producers.set(producer.id, producer);
      if (producer.source === 'camera' || producer.source === 'screen')
        showPicture(pictureOf(producer, producer.source));
    }
    this.settle();
  }

  drop(producers: Iterable<string>): void {
    for (const id of producers) {
      this.#producers.delete(id);
      this.#refused.delete(id);
      this.#forget(id);
      hidePicture(id);
    }
  }

  /** Drops consumers that the homeserver does not have any more, so that they are asked for again. */
  keepOnly(consumers: readonly string[]): void {
    const there = new Set(consumers);
    for (const [producer, { id }] of this.#incoming) if (!there.has(id)) this.#forget(producer);
    this.settle();
  }

  pause(producer: string, paused: boolean): void {
    setVoiceNow('pictures', (one) => one.producer === producer, 'covered', paused);
  }

  layers(consumer: string, spatial: number | null): void {
    for (const [producer, { id }] of this.#incoming)
      if (id === consumer) setVoiceNow('pictures', (one) => one.producer === producer, 'starved', spatial === null);
  }

  /** To be called when what is looked at has changed. */
  settle(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work = this.#work.then(() => this.#settleOrAgain());
    }, gatherMs);
  }

  /** Kilobits and so on of what comes, by producer. */
  async stats(producer: string): Promise<RTCStatsReport | undefined> {
    return this.#incoming.get(producer)?.consumer.getStats();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
    for (const producer of [...this.#incoming.keys()]) this.#forget(producer);
    for (const producer of this.#producers.keys()) hidePicture(producer);
    this.#producers.clear();
  }

  /** Whoever is gone meanwhile makes the homeserver refuse a request as a whole: then it is asked again for the others. */
  async #settleOrAgain(): Promise<void> {
    clearTimeout(this.#again);
    try {
      await this.#settle();
      this.#againMs = againMs.first;
    } catch {
      if (this.#transport.closed) return;
      this.#again = setTimeout(() => this.settle(), this.#againMs);
      this.#againMs = Math.min(2 * this.#againMs, againMs.longest);
    }
  }

  async #settle(): Promise<void> {
    if (this.#transport.closed) return;
    await this.#consumeMissing();
    const resume: Incoming[] = [];
    const pause: Incoming[] = [];
    const layers: { one: Incoming; spatial: number }[] = [];
    for (const [producer, one] of this.#incoming) {
      if (one.consumer.kind !== 'video') continue;
      const spatial = spatialOf(producer);
      if ((spatial === undefined) !== one.paused) (one.paused ? resume : pause).push(one);
      if (spatial !== undefined && spatial !== one.spatial) layers.push({ one, spatial });
    }
    for (const some of batches(layers)) {
      const consumers = some.map(({ one, spatial }) => ({ consumer: one.id, spatial, priority: 1 + 40 * spatial }));
      await this.#line.voice('layers', { consumers });
      for (const { one, spatial } of some) one.spatial = spatial;
    }
    for (const [method, all] of [
      ['resume', resume],
      ['pause', pause],
    ] as const)
      for (const some of batches(all)) {
        await this.#line.voice(method, { consumers: some.map(({ id }) => id) });
        for (const one of some) one.paused = method === 'pause';
      }
  }

  async #consumeMissing(): Promise<void> {
    const missing = [...this.#producers.values()].filter(
      ({ id, kind }) =>
        !this.#incoming.has(id) && !this.#refused.has(id) && (kind === 'audio' || spatialOf(id) !== undefined),
    );
    for (const some of batches(missing)) {
      const { consumers, refused } = await this.#line.voice('consume', {
        producers: some.map(({ id }) => id),
        ...(this.#capabilities ? { rtp_capabilities: this.#device.recvRtpCapabilities as never } : {}),
      });
      this.#capabilities = false;
      for (const { producer, code } of refused) {
        this.#refused.add(producer);
        if (code === 'bad_media') setVoiceNow('pictures', (one) => one.producer === producer, 'foreign', true);
      }
      await Promise.all(consumers.map((consumer) => this.#open(consumer)));
      const paused = consumers.filter(({ kind, paused }) => kind === 'audio' && paused).map(({ id }) => id);
      if (paused.length > 0) await this.#line.voice('resume', { consumers: paused });
    }
  }

  async #open({ id, producer, user, source, kind, rtp_parameters, paused, producer_paused }: Consumer): Promise<void> {
    const consumer = await this.#transport.consume({
      id,
      producerId: producer,
      kind,
      rtpParameters: rtp_parameters as types.RtpParameters,
    });
    if (!this.#producers.has(producer)) return consumer.close();
    const { track } = consumer;
    const stop = kind === 'audio' ? playSound({ user, source, track }) : () => undefined;
    this.#incoming.set(producer, { id, consumer, paused: paused || kind === 'video', spatial: undefined, stop });
    if (kind === 'video')
      setVoiceNow('pictures', (one) => one.producer === producer, {
        stream: new MediaStream([consumer.track]),
        covered: producer_paused,
      });
  }

  #forget(producer: string): void {
    const one = this.#incoming.get(producer);
    this.#incoming.delete(producer);
    one?.stop();
    one?.consumer.close();
    setVoiceNow('pictures', (picture) => picture.producer === producer, 'stream', undefined);
  }
}

function pictureOf({ id, user, paused }: Producer, source: Picture['source']): Picture {
  return { producer: id, user, source, own: false, covered: paused, starved: false, foreign: false, stream: undefined };
}

function batches<T>(all: readonly T[]): T[][] {
  const { idsPerRequest } = voiceLimits;
  return Array.from({ length: Math.ceil(all.length / idsPerRequest) }, (_, at) =>
    all.slice(at * idsPerRequest, (at + 1) * idsPerRequest),
  );
}
