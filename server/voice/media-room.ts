import type { Producer, Source, Speaker } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { MediaKind, RtpCapabilities, RtpParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { types } from 'mediasoup';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { incomingBitrate, mediaCodecs } from './codecs.ts';
import { commonFormats } from './common-formats.ts';
import { Hearing, HEARING_MS } from './hearing.ts';
import { type MediaWorker, type MediaWorkers, socketBuffers } from './media-workers.ts';
import { type PlayerCodec, PlayerRouters } from './player-routers.ts';
import { Peer, type PeerParts, type PeerProducer } from './peer.ts';
import type { LayersSent, PeerConsumer } from './peer-consumers.ts';
import type { PeerMeasure } from './peer-transports.ts';
import type { Heard } from './speaker-board.ts';

/** What a room tells whoever keeps its participants. */
export interface RoomEvents {
  added(producer: PeerProducer): void;
  removed(producer: PeerProducer): void;
  paused(producer: PeerProducer): void;
  layers(peer: Peer, consumer: string, layers: LayersSent): void;
  speakers(speakers: Speaker[], active: string | null): void;
  /** What everybody can show has changed. */
  formats(formats: string[]): void;
  /** A worker died: nothing of the room is left. */
  lost(): void;
}

export interface MediaRoomParts {
  workers: MediaWorkers;
  addresses: readonly string[];
  events: RoomEvents;
  log: Log;
  /** A worker with this much to do is full, and the next who come get a router on another. */
  full?: number;
}

interface RoomRouter {
  readonly router: types.Router;
  readonly levels: types.AudioLevelObserver;
  readonly on: MediaWorker;
}

const FULL = 600;
/** A participant without consumers will soon have some. */
const WEIGHT = 4;
const LEVELS = { maxEntries: 32, threshold: -58, interval: HEARING_MS } as const;
const pipeListen = { protocol: 'udp', ip: '127.0.0.1', ...socketBuffers } as const;
const videoSources: readonly Source[] = ['camera', 'screen'];

/** Media of one voice channel: routers on one or more workers, joined by pipes, and the peers on them. */
export class MediaRoom {
  readonly #parts: MediaRoomParts;
  readonly #routers: RoomRouter[] = [];
  readonly #peers = new Set<Peer>();
  readonly #producers = new Map<string, PeerProducer>();
  readonly #pipes = new Map<string, Promise<string>>();
  readonly #players = new PlayerRouters();
  readonly #hearing: Hearing;
  #opening: Promise<unknown> = Promise.resolve();
  #formats = commonFormats([]);
  #closed = false;

  constructor(parts: MediaRoomParts) {
    this.#parts = parts;
    this.#hearing = new Hearing({
      speakers: (speakers, active) => parts.events.speakers(speakers, active),
      chosen: (microphones) => this.#holdBack(microphones),
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get counts(): { producers: number; consumers: number; routers: number } {
    let consumers = 0;
    for (const peer of this.#peers) consumers += peer.consumers.size;
    return { producers: this.#producers.size, consumers, routers: this.#routers.length };
  }

  /** What goes through it now; `loss` is that of whoever has it worst. */
  async measure(): Promise<PeerMeasure> {
    const sum: PeerMeasure = { bitrate_in: 0, bitrate_out: 0, loss: 0 };
    for (const measured of await Promise.allSettled([...this.#peers].map((peer) => peer.measure()))) {
      if (measured.status === 'rejected') continue;
      sum.bitrate_in += measured.value.bitrate_in;
      sum.bitrate_out += measured.value.bitrate_out;
      sum.loss = Math.max(sum.loss, measured.value.loss);
    }
    return sum;
  }

  get producers(): Producer[] {
    return [...this.#producers.values()].map(shownProducer);
  }

  /** Of pictures, which everybody inside can show. */
  get formats(): string[] {
    return this.#formats;
  }

  get speakers(): Speaker[] {
    return this.#hearing.speakers;
  }

  isOn(worker: MediaWorker): boolean {
    return this.#routers.some(({ on }) => on === worker);
  }

  get rtpCapabilities(): RtpCapabilities {
    return this.#routers[0]?.router.rtpCapabilities as unknown as RtpCapabilities;
  }

  /** What somebody streams, or whoever does: a screen, and its sound. */
  shownBy(user: string | null): PeerProducer[] {
    const streamed = [...this.#producers.values()].filter(({ source }) => source.startsWith('screen'));
    const screen = streamed.find(({ source, peer }) => source === 'screen' && (user === null || peer.user === user));
    const sound = streamed.find(
      ({ source, peer }) => source === 'screen_audio' && peer.user === (screen?.peer.user ?? user ?? peer.user),
    );
    return [screen, sound].filter((one) => one !== undefined);
  }

  async addPeer(user: string): Promise<Peer> {
    const { router, on } = await this.#place();
    return this.#addTo(router, on, user);
  }

  /** Somebody who is not in the room and takes what is shown, under payload types of their own. */
  async addPlayer(user: string, { peer: { on } }: PeerProducer, codecs: PlayerCodec[]): Promise<Peer> {
    const router = await this.#players.take(on, codecs);
    return this.#addTo(router, on, user).catch((error: unknown) => {
      this.#players.leave(router);
      throw error;
    });
  }

  async #addTo(router: types.Router, on: MediaWorker, user: string): Promise<Peer> {
    const { addresses, events } = this.#parts;
    on.load += WEIGHT;
    const parts: PeerParts = {
      user,
      router,
      on,
      addresses,
      onLayers: (consumer, layers) => events.layers(peer, consumer, layers),
      onPaused: (producer) => events.paused(producer),
    };
    const peer = await Peer.create(parts, incomingBitrate).catch((error: unknown) => {
      on.load -= WEIGHT;
      throw error;
    });
    this.#peers.add(peer);
    if (this.#closed) this.removePeer(peer);
    return peer;
  }

  removePeer(peer: Peer): void {
    if (!this.#peers.delete(peer)) return;
    peer.on.load -= WEIGHT;
    peer.close();
    this.#players.leave(peer.router);
    this.compareFormats();
  }

  /** To be called when somebody has said what they can show. */
  compareFormats(): void {
    if (this.#closed) return;
    // Players are nobody in the room: what they cannot show is not sent to them.
    const inside = [...this.#peers].filter(({ router }) => this.#routers.some((one) => one.router === router));
    const formats = commonFormats(inside.map(({ consumers }) => consumers));
    if (formats.join() === this.#formats.join()) return;
    this.#formats = formats;
    this.#parts.events.formats(formats);
  }

  async produce(
    peer: Peer,
    options: { kind: MediaKind; source: Source; rtpParameters: RtpParameters; paused: boolean; isFirst: () => boolean },
  ): Promise<PeerProducer> {
    const { kind, source, paused, isFirst } = options;
    if ((kind === 'video') !== videoSources.includes(source)) throw new Refusal('bad_media');
    const rtpParameters = options.rtpParameters as types.RtpParameters;
    const made = await peer.produce({ kind, source, rtpParameters, paused });
    await this.adopt(made, isFirst);
    return made;
  }

  /** Takes in a producer that was made on the router of its peer; `isFirst`: to be heard always. */
  async adopt(made: PeerProducer, isFirst: () => boolean): Promise<void> {
    const { producer, peer, source } = made;
    if (producer.closed) throw new Refusal('not_in_voice');
    this.#producers.set(producer.id, made);
    producer.observer.once('close', () => this.#removed(made));
    if (source === 'mic') {
      this.#hearing.add(producer.id, isFirst);
      const at = this.#routers.find(({ router }) => router === peer.router);
      await at?.levels.addProducer({ producerId: producer.id }).catch(() => undefined);
    }
    if (producer.closed) throw new Refusal('not_in_voice');
    this.#parts.events.added(made);
  }

  /** Throws `not_found`, also for what ends meanwhile, `conflict` where it is consumed already, and `bad_media` where the receiver cannot take it. */
  async consume(peer: Peer, id: string): Promise<PeerConsumer> {
    const of = this.#producers.get(id);
    if (of === undefined || of.peer === peer) throw new Refusal('not_found');
    if (peer.consumers.isTaken(of)) throw new Refusal('conflict');
    if (peer.consumers.size >= voiceLimits.consumersPerParticipant) throw new Refusal('limit_reached');
    try {
      return await this.#take(peer, of);
    } catch (error) {
      const hasEnded = of.producer.closed && !peer.router.closed;
      throw hasEnded ? new Refusal('not_found', {}, { cause: error }) : error;
    }
  }

  async #take(peer: Peer, of: PeerProducer): Promise<PeerConsumer> {
    const { id } = of.producer;
    const producerId = await this.#pipe(of, peer.router);
    const rtpCapabilities = peer.consumers.rtpCapabilities as types.RtpCapabilities;
    if (!peer.router.canConsume({ producerId, rtpCapabilities })) throw new Refusal('bad_media');
    const isHeldBack = () => of.source === 'mic' && !this.#hearing.isChosen(id);
    const made = await peer.consumers.take(of, producerId, isHeldBack());
    // Who is heard may have changed while it was made.
    await peer.consumers.hold(made, isHeldBack());
    return made;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#hearing.close();
    for (const peer of this.#peers) this.removePeer(peer);
    for (const { router } of this.#routers) router.close();
    this.#players.close();
  }

  /** One after the other, so that two who come at once do not both open the first router. */
  #place(): Promise<RoomRouter> {
    const place = this.#opening.then(() => this.#routerWithRoom());
    this.#opening = place.catch(() => undefined);
    return place;
  }

  async #routerWithRoom(): Promise<RoomRouter> {
    if (this.#closed) throw new Refusal('unavailable', { retry: 500 });
    const { workers, full = FULL } = this.#parts;
    const best = [...this.#routers].sort((a, b) => a.on.load - b.on.load)[0];
    if (best !== undefined && best.on.load < full) return best;
    const on = workers.leastLoaded(new Set(this.#routers.map((one) => one.on)));
    if (best !== undefined && (this.isOn(on) || on.load >= best.on.load)) return best;
    const router = await on.worker.createRouter({ mediaCodecs });
    const levels = await router.createAudioLevelObserver(LEVELS).catch((error: unknown) => {
      router.close();
      throw error;
    });
    if (this.#closed) {
      router.close();
      throw new Refusal('unavailable', { retry: 500 });
    }
    const opened: RoomRouter = { router, levels, on };
    levels.on('volumes', (volumes) => this.#hearing.measured(this.#heard(volumes)));
    levels.on('silence', () => this.#hearing.measured([]));
    this.#routers.push(opened);
    return opened;
  }

  /** The id of the producer on that router. Those of players may be on the worker that has it already, where it needs another. */
  async #pipe({ producer, peer }: PeerProducer, to: types.Router): Promise<string> {
    if (peer.router === to) return producer.id;
    const key = `${producer.id} ${to.id}`;
    let pipe = this.#pipes.get(key);
    if (pipe === undefined) {
      const keepId = this.#routers.some(({ router }) => router === to);
      pipe = peer.router
        .pipeToRouter({ producerId: producer.id, router: to, keepId, listenInfo: pipeListen })
        .then(({ pipeProducer }) => pipeProducer?.id ?? producer.id);
      this.#pipes.set(key, pipe);
      pipe.catch(() => this.#pipes.delete(key));
      const forget = () => void this.#pipes.delete(key);
      to.observer.once('close', forget);
      producer.observer.once('close', () => {
        to.observer.off('close', forget);
        forget();
      });
    }
    return pipe;
  }

  #removed(made: PeerProducer): void {
    const { id } = made.producer;
    this.#producers.delete(id);
    if (!this.#closed) this.#parts.events.removed(made);
    this.#hearing.remove(id);
  }

  #heard(volumes: readonly { producer: types.Producer; volume: number }[]): Heard[] {
    return volumes.flatMap(({ producer, volume }) => {
      const found = this.#producers.get(producer.id);
      return found === undefined ? [] : [{ producer: producer.id, user: found.peer.user, level: volume }];
    });
  }

  #holdBack(chosen: ReadonlySet<string>): void {
    for (const peer of this.#peers) {
      peer.consumers.holdBack(chosen).catch((error: unknown) => {
        if (!peer.isClosed) this.#parts.log.error({ err: error }, 'a large room could not be thinned out');
      });
    }
  }
}

export const shownProducer = ({ producer, peer, source }: PeerProducer): Producer => ({
  id: producer.id,
  user: peer.user,
  source,
  kind: producer.kind,
  paused: producer.paused,
});
