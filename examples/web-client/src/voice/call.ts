import { type AnyVoiceNotice, VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { LeftReason, Room, VoiceNotice } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { isDirect } from '../spaces/direct.ts';
import { findSpace } from '../spaces/world.ts';
import { CallLine } from './call-line.ts';
import { type Media, openMedia } from './media.ts';
import { OwnMicrophone } from './own-microphone.ts';
import { OwnPictures } from './own-pictures.ts';
import { OwnTracks } from './own-tracks.ts';
import { onLooks } from './pictures.ts';
import { isBeingPrepared, NoRelay, noWayFound, sayLeftVoice, sayVoiceError } from './say-voice-error.ts';
import { nobodySpeaks, ownWish, type Place, setVoiceNow, tellSpeakers, voiceNow } from './voice-now.ts';
import { voiceSettings } from './voice-settings.ts';

interface VoiceCallEvents {
  ended: (problem?: string) => void;
  moved: (place: Place) => void;
}

const longestWaitMs = 8_000;
const gone = new Set(['not_found', 'token_refused', 'missing_permission', 'voice_off', 'limit_reached', 'timed_out']);

/** Being in one voice channel, through reconnections, until `close`. */
export class VoiceCall {
  readonly place: Place;
  readonly #tell: VoiceCallEvents;
  readonly #line: CallLine;
  readonly #tracks = new OwnTracks();
  readonly microphone = new OwnMicrophone(this.#tracks, () => void this.#tellSelf().catch(() => undefined));
  readonly pictures = new OwnPictures(this.#tracks);
  #media: Media | undefined;
  /** What is told between the answer to `join` and the moment when there are transports. */
  #early: AnyVoiceNotice[] | undefined;
  #closed = false;
  #joining: Promise<void> | undefined;
  #lostAgain = false;
  #adapting: Promise<void> = Promise.resolve();

  constructor(place: Place, tell: VoiceCallEvents) {
    this.place = place;
    this.#tell = tell;
    this.#line = new CallLine(place, {
      notice: (notice) => this.notice(notice),
      broke: () => void this.rejoin(),
      replaced: () => tell.ended(sayLeftVoice('elsewhere')),
    });
    onLooks(() => this.#media?.receiver.settle());
  }

  /** Where requests are asked: the own gateway, or the homeserver that carries the channel. */
  get line() {
    return this.#line.now;
  }

  /** Goes in, as soon as the homeserver has voice; rejects where the first try is refused. [VOX-1] */
  async join(): Promise<void> {
    for (;;) {
      try {
        return await this.#open(await this.#line.join(ownWish()));
      } catch (error) {
        if (!isBeingPrepared(error) || this.#closed) throw error;
        setVoiceNow('problem', sayVoiceError(error));
        await new Promise((resolve) => setTimeout(resolve, retryOf(error)));
        if (this.#closed) throw error;
      }
    }
  }

  /** Goes in again, and again until it works, is refused, or nobody wants it any more. */
  rejoin(): Promise<void> {
    this.#joining ??= this.#rejoin().finally(() => {
      this.#joining = undefined;
      if (this.#lostAgain && !this.#closed) void this.rejoin();
      this.#lostAgain = false;
    });
    return this.#joining;
  }

  gatewayLost(): void {
    if (!this.#line.isElsewhere) setVoiceNow('phase', 'reconnecting');
  }

  /** After the connection came back: what happened meanwhile was not told. [VOX-4] */
  async sync(): Promise<void> {
    // A hub elsewhere is asked over a connection of its own, which tells when it ends.
    if (this.#line.isElsewhere) return;
    try {
      const { state, rights, producers, consumers, speakers, formats } = await this.line.voice('sync', {});
      const media = this.#media;
      if (!media || state.channel !== this.place.channel) return await this.rejoin();
      setVoiceNow({ phase: 'in', rights });
      tellSpeakers(usersOf(speakers), null);
      const there = new Set(producers.map(({ id }) => id));
      media.receiver.drop([...media.receiver.producers.keys()].filter((id) => !there.has(id)));
      media.receiver.keepOnly(consumers);
      media.receiver.take(producers);
      this.#adapt(formats);
      await this.#tellSelf();
    } catch {
      await this.rejoin();
    }
  }

  notice(notice: AnyVoiceNotice): void {
    const { t, d } = notice;
    if (this.#early && t !== 'left' && t !== 'moved' && t !== 'rejoin') this.#early.push(notice);
    else if (t === 'producers') this.#producersChanged(d);
    else if (t === 'paused') this.#media?.receiver.pause(d.producer, d.paused);
    else if (t === 'layers') this.#media?.receiver.layers(d.consumer, d.spatial);
    else if (t === 'formats') this.#adapt(d.formats);
    else if (t === 'speakers') tellSpeakers(usersOf(d.speakers), d.active);
    else if (t === 'rights') {
      setVoiceNow('rights', d.rights);
      void this.microphone.need();
    } else if (t === 'rejoin') {
      this.#lostAgain = this.#joining !== undefined;
      void this.rejoin();
    } else if (t === 'moved') this.#tell.moved(d);
    else if (t === 'left' && d.channel === this.place.channel) this.#tell.ended(this.#sayLeft(d.reason));
  }

  /** What one wants for oneself has changed. */
  async set(): Promise<void> {
    this.microphone.mute(voiceNow.muted);
    void this.microphone.need();
    await this.#tellSelf();
  }

  /** Ends everything here, and tells the homeserver. */
  leave(): void {
    this.#line.leave();
    this.close();
  }

  /** Ends everything here. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#line.close();
    onLooks(undefined);
    this.#closeMedia();
    this.pictures.close();
    this.microphone.close();
    this.#tracks.close();
  }

  async #tellSelf(): Promise<void> {
    if (this.#media) await this.line.voice('set', ownWish());
  }

  async #open(room: Room): Promise<void> {
    if (voiceSettings().relayOnly && room.ice_servers.length === 0) {
      this.line.voice('leave', {}).catch(() => undefined);
      throw new NoRelay();
    }
    this.#closeMedia();
    const early: AnyVoiceNotice[] = (this.#early = []);
    const lost = () => {
      setVoiceNow({ phase: 'reconnecting', problem: noWayFound });
      void this.rejoin();
    };
    const media = await openMedia({ line: this.line, room, lost }, () => !this.#closed && this.#early === early);
    if (!media) return;
    this.#media = media;
    setVoiceNow({ phase: 'in', problem: undefined, rights: room.rights, ...nobodySpeaks() });
    media.receiver.take(room.producers);
    this.#early = undefined;
    for (const notice of early) this.notice(notice);
    this.#tracks.attach(media.sender);
    void this.microphone.attach();
  }

  async #rejoin(): Promise<void> {
    setVoiceNow({ phase: 'reconnecting', ...nobodySpeaks() });
    for (let wait = 250; !this.#closed; wait = Math.min(longestWaitMs, wait * 2)) {
      try {
        return await this.join();
      } catch (error) {
        if (error instanceof NoRelay || (error instanceof VoiceError && gone.has(error.code)))
          return this.#tell.ended(sayVoiceError(error));
        await new Promise((resolve) => setTimeout(resolve, Math.max(wait, retryOf(error))));
      }
    }
  }

  #producersChanged({ added, removed }: VoiceNotice<'producers'>): void {
    this.#media?.receiver.take(added);
    this.#media?.receiver.drop(removed);
    for (const id of removed) void this.#lostOwn(id);
  }

  #adapt(formats: readonly string[]): void {
    this.#adapting = this.#adapting.then(() => this.#tracks.adapt(formats)).catch(() => undefined);
  }

  async #lostOwn(producer: string): Promise<void> {
    if ((await this.#tracks.lost(producer)) === 'mic') this.microphone.drop();
  }

  /** How a call ended is said by `call.ended`. */
  #sayLeft(reason: LeftReason): string | undefined {
    return reason === 'ended' && isDirect(findSpace(this.place.space)) ? undefined : sayLeftVoice(reason);
  }

  #closeMedia(): void {
    this.#tracks.detach();
    this.#media?.close();
    this.#media = undefined;
  }
}

function usersOf(speakers: readonly { user: string }[]): string[] {
  return speakers.map(({ user }) => user);
}

function retryOf(error: unknown): number {
  return error instanceof VoiceError ? (error.retry ?? 0) : 0;
}
