import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { Room, Source } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { types } from 'mediasoup-client';
import { findLayeredFormat, isLayered } from './camera-format.ts';
import type { TrackName } from './own-tracks.ts';
import { PictureRest } from './picture-rest.ts';
import { setVoiceNow } from './voice-now.ts';

type Bitrates = Room['bitrates'];

const againMs = 1_000;

/** Sends own tracks to the homeserver, each under a name. */
export class Sender {
  readonly #line: VoiceLine;
  readonly #transport: types.Transport;
  readonly #capabilities: types.RtpCapabilities;
  readonly #bitrates: Bitrates;
  #formats: readonly string[];
  readonly #sent = new Map<TrackName, types.Producer>();
  readonly #rest: PictureRest;
  readonly #turns = new Map<TrackName, Promise<unknown>>();

  constructor(
    line: VoiceLine,
    transport: types.Transport,
    capabilities: types.RtpCapabilities,
    { bitrates, formats }: Pick<Room, 'bitrates' | 'formats'>,
  ) {
    this.#line = line;
    this.#transport = transport;
    this.#capabilities = capabilities;
    this.#bitrates = bitrates;
    this.#rest = new PictureRest(transport, () => this.#settlePictures());
    transport.observer.once('close', () => this.#rest.close());
    this.#formats = formats;
  }

  /** Says which formats everybody can show; answers with what is sent in another one. */
  know(formats: readonly string[]): TrackName[] {
    this.#formats = formats;
    const known = new Set(formats.map((format) => format.toLowerCase()));
    return [...this.#sent].flatMap(([name, { kind, rtpParameters }]) => {
      const format = rtpParameters.codecs[0]?.mimeType.toLowerCase();
      return kind === 'video' && format !== undefined && isLayered(format) && !known.has(format) ? [name] : [];
    });
  }

  /** Begins to send a track, or goes on with another one. */
  send(name: TrackName, source: Source, track: MediaStreamTrack): Promise<string> {
    return this.#inTurn(name, () => this.#send(name, source, track));
  }

  async #send(name: TrackName, source: Source, track: MediaStreamTrack): Promise<string> {
    const before = this.#sent.get(name);
    if (before && !before.closed) {
      await before.replaceTrack({ track });
      return before.id;
    }
    const producer = await this.#transport.produce({
      track,
      // Tracks outlive the producer: after a reconnection they are sent again.
      stopTracks: false,
      appData: { source },
      // Nothing at all is sent in a pause, also no packets that are asked for again; oneself goes on seeing the picture.
      zeroRtpOnPause: true,
      disableTrackOnPause: false,
      ...(await this.#optionsOf(source)),
    });
    this.#sent.set(name, producer);
    this.#rest.watch(this.#pictures.length > 0);
    if (this.#rest.isResting) this.#settlePictures();
    return producer.id;
  }

  async #optionsOf(source: Source): Promise<Partial<types.ProducerOptions>> {
    const layered =
      source === 'camera' && (await findLayeredFormat(this.#capabilities, this.#formats, this.#bitrates.camera));
    return layered || optionsOf(source, this.#bitrates);
  }

  /** Whose producer this is, where it is an own one. */
  nameOf(id: string): TrackName | undefined {
    return [...this.#sent].find(([, producer]) => producer.id === id)?.[0];
  }

  /** `told`: the homeserver ended it. */
  stop(name: TrackName, { told = false } = {}): Promise<void> {
    return this.#inTurn(name, () => this.#stop(name, told));
  }

  /** What is asked of one track is done in its order: whoever stops it waits until it is sent. */
  #inTurn<T>(name: TrackName, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work);
    this.#turns.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #stop(name: TrackName, told: boolean): Promise<void> {
    const producer = this.#sent.get(name);
    this.#sent.delete(name);
    if (!producer) return;
    producer.close();
    this.#rest.watch(this.#pictures.length > 0);
    if (!told) await this.#line.voice('close', { producers: [producer.id] });
  }

  get #pictures(): types.Producer[] {
    return [...this.#sent.values()].filter(({ kind, closed }) => kind === 'video' && !closed);
  }

  #settlePictures(): void {
    const { isResting } = this.#rest;
    for (const producer of this.#pictures) {
      if (isResting) producer.pause();
      else producer.resume();
      setVoiceNow('pictures', (one) => one.producer === producer.id, 'starved', isResting);
    }
    void this.#tellResting(isResting);
  }

  /** Until the homeserver knows, which tells the others. */
  async #tellResting(isResting: boolean): Promise<void> {
    while (this.#rest.isResting === isResting && this.#pictures.length > 0) {
      const producers = this.#pictures.map(({ id }) => id);
      try {
        await this.#line.voice(isResting ? 'pause' : 'resume', { producers });
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    }
  }
}

function optionsOf(source: Source, bitrates: Bitrates): Partial<types.ProducerOptions> {
  switch (source) {
    case 'mic':
      return {
        codecOptions: { opusFec: true, opusDtx: true, opusStereo: false },
        // Where the network knows such marks, sound goes before pictures.
        encodings: [{ maxBitrate: bitrates.audio, priority: 'high', networkPriority: 'high' }],
      };
    case 'screen_audio':
      return { codecOptions: { opusFec: true, opusDtx: false, opusStereo: true } };
    case 'screen':
      return { encodings: [{ maxBitrate: bitrates.screen }] };
    case 'camera':
      return {
        encodings: [
          { rid: 'r0', scaleResolutionDownBy: 4, maxBitrate: part(0.08), scalabilityMode: 'L1T3' },
          { rid: 'r1', scaleResolutionDownBy: 2, maxBitrate: part(0.25), scalabilityMode: 'L1T3' },
          { rid: 'r2', scaleResolutionDownBy: 1, maxBitrate: part(0.67), scalabilityMode: 'L1T3' },
        ],
        codecOptions: { videoGoogleStartBitrate: 600 },
      };
  }

  function part(share: number): number {
    return Math.round(bitrates.camera * share);
  }
}
