import type { Source } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { myId } from '../spaces/world.ts';
import { hidePicture, showPicture } from './pictures.ts';
import type { Sender } from './sender.ts';
import { type Picture, setVoiceNow } from './voice-now.ts';

/** A track that is sent: one microphone, one screen with its sound, and cameras by the ids of their devices. */
export type TrackName = Exclude<Source, 'camera'> | `camera ${string}`;

interface OwnTrack {
  track: MediaStreamTrack;
  /** While it is sent. */
  producer: string | undefined;
}

/** What one sends. Tracks outlive the connection: they are sent again over the next one. */
export class OwnTracks {
  readonly #tracks = new Map<TrackName, OwnTrack>();
  #sender: Sender | undefined;

  has(name: TrackName): boolean {
    return this.#tracks.has(name);
  }

  get names(): TrackName[] {
    return [...this.#tracks.keys()];
  }

  /** Sends all but the microphone over a new connection; what it refuses is ended. */
  attach(sender: Sender): void {
    this.#sender = sender;
    for (const [name, { track }] of this.#tracks)
      if (name !== 'mic') void this.send(name, track).catch(() => undefined);
  }

  detach(): void {
    this.#sender = undefined;
    for (const own of this.#tracks.values()) {
      if (own.producer !== undefined) hidePicture(own.producer);
      own.producer = undefined;
    }
  }

  /** Begins to send a track, or goes on with another one. Rejects where it is refused; all but the microphone is ended then. */
  async send(name: TrackName, track: MediaStreamTrack): Promise<void> {
    const own: OwnTrack = { track, producer: this.#tracks.get(name)?.producer };
    this.#tracks.set(name, own);
    this.#tell();
    try {
      const producer = await this.#sender?.send(name, sourceOf(name), track);
      if (this.#tracks.get(name) !== own || producer === undefined) return;
      own.producer = producer;
      const source = pictureSourceOf(name);
      if (source) showPicture(ownPicture(producer, source, track));
    } catch (error) {
      // Nobody waits for what was ended or replaced meanwhile.
      if (this.#tracks.get(name) !== own) return;
      if (name !== 'mic') this.#forget(name);
      throw error;
    }
  }

  /** Sends anew what not everybody can show. [VOX-23] */
  async adapt(formats: readonly string[]): Promise<void> {
    for (const name of this.#sender?.know(formats) ?? []) {
      const own = this.#tracks.get(name);
      if (own?.producer !== undefined) hidePicture(own.producer);
      await this.#sender?.stop(name);
      if (own && this.#tracks.get(name) === own) await this.send(name, own.track);
    }
  }

  async stop(...names: TrackName[]): Promise<void> {
    for (const name of names) this.#forget(name);
    for (const name of names) await this.#sender?.stop(name);
  }

  /** The homeserver ended a producer; answers with what it was, where it was an own one. */
  async lost(producer: string): Promise<TrackName | undefined> {
    const name = this.#sender?.nameOf(producer);
    if (name === undefined) return undefined;
    await this.#sender?.stop(name, { told: true });
    this.#forget(name);
    return name;
  }

  close(): void {
    this.detach();
    for (const name of this.names) this.#forget(name);
  }

  #forget(name: TrackName): void {
    const own = this.#tracks.get(name);
    this.#tracks.delete(name);
    own?.track.stop();
    if (own?.producer !== undefined) hidePicture(own.producer);
    this.#tell();
  }

  #tell(): void {
    setVoiceNow({ cameras: this.names.flatMap(cameraOf), screen: this.has('screen') });
  }
}

function cameraOf(name: TrackName): string[] {
  return name.startsWith('camera ') ? [name.slice('camera '.length)] : [];
}

function sourceOf(name: TrackName): Source {
  return name.startsWith('camera ') ? 'camera' : (name as Source);
}

function pictureSourceOf(name: TrackName): Picture['source'] | undefined {
  const source = sourceOf(name);
  return source === 'camera' || source === 'screen' ? source : undefined;
}

function ownPicture(producer: string, source: Picture['source'], track: MediaStreamTrack): Picture {
  const stream = new MediaStream([track]);
  return { producer, user: myId(), source, own: true, covered: false, starved: false, foreign: false, stream };
}
