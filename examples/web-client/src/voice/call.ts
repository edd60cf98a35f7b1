import type { RemoteVoice, VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import { type AnyVoiceNotice, VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { LeftReason, Room, Source } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { Device, type types } from 'mediasoup-client';
import { voice } from '../session/live.ts';
import { openHub } from './open-hub.ts';
import { Microphone } from './microphone.ts';
import { hidePicture, onLooks, showPicture } from './pictures.ts';
import { watchQuality } from './quality.ts';
import { Receiver } from './receiver.ts';
import { NoRelay, noWayFound, sayDeviceError, sayLeftVoice, sayVoiceError } from './say-voice-error.ts';
import { Sender } from './sender.ts';
import { openTransports } from './transports.ts';
import { nobodySpeaks, type Place, setVoiceNow, voiceNow } from './voice-now.ts';
import { voiceSettings } from './voice-settings.ts';
import { isDirect } from '../spaces/direct.ts';
import { findSpace, myId } from '../spaces/world.ts';

interface Media {
  room: Room;
  transports: { send: types.Transport; receive: types.Transport };
  sender: Sender;
  receiver: Receiver;
  stopQuality: () => void;
}

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
  readonly #tracks = new Map<Source, MediaStreamTrack>();
  #media: Media | undefined;
  /** What is told between the answer to `join` and the moment when there are transports. */
  #early: AnyVoiceNotice[] | undefined;
  #microphone: Microphone | undefined;
  #askingMicrophone: Promise<void> | undefined;
  #closed = false;
  #joining: Promise<void> | undefined;
  #lostAgain = false;
  /** Where another homeserver carries the channel. */
  #remote: RemoteVoice | undefined;
  #isElsewhere = false;

  constructor(place: Place, tell: VoiceCallEvents) {
    this.place = place;
    this.#tell = tell;
    onLooks(() => this.#media?.receiver.settle());
  }

  /** Goes in; rejects where the first try is refused. */
  async join(): Promise<void> {
    const { muted, deafened } = voiceNow;
    const wish = { ...this.place, muted, deafened };
    const line = await this.#findLine();
    try {
      await this.#open(await line.voice('join', wish));
    } catch (error) {
      if (this.#isElsewhere || !(error instanceof VoiceError) || error.code !== 'voice_elsewhere') throw error;
      this.#isElsewhere = true;
      await this.join();
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
    if (!this.#isElsewhere) setVoiceNow('phase', 'reconnecting');
  }

  /** After the connection came back: what happened meanwhile was not told. [VOX-4] */
  async sync(): Promise<void> {
    // A hub elsewhere is asked over a connection of its own, which tells when it ends.
    if (this.#isElsewhere) return;
    try {
      const { state, rights, producers, consumers, speakers } = await voice('sync', {});
      const media = this.#media;
      if (!media || state.channel !== this.place.channel) return await this.rejoin();
      setVoiceNow({ phase: 'in', rights });
      this.#speak(
        speakers.map(({ user }) => user),
        voiceNow.active ?? null,
      );
      const there = new Set(producers.map(({ id }) => id));
      media.receiver.drop([...media.receiver.producers.keys()].filter((id) => !there.has(id)));
      media.receiver.keepOnly(consumers);
      media.receiver.take(producers);
      await voice('set', { muted: voiceNow.muted, deafened: voiceNow.deafened });
    } catch {
      await this.rejoin();
    }
  }

  notice(notice: AnyVoiceNotice): void {
    const { t, d } = notice;
    if (this.#early && t !== 'left' && t !== 'moved' && t !== 'rejoin') this.#early.push(notice);
    else if (t === 'producers') {
      this.#media?.receiver.take(d.added);
      this.#media?.receiver.drop(d.removed);
      for (const id of d.removed) void this.#lostOwn(id);
    } else if (t === 'paused') this.#media?.receiver.pause(d.producer, d.paused);
    else if (t === 'layers') this.#media?.receiver.layers(d.consumer, d.spatial);
    else if (t === 'speakers')
      this.#speak(
        d.speakers.map(({ user }) => user),
        d.active,
      );
    else if (t === 'rights') {
      setVoiceNow('rights', d.rights);
      void this.#openMicrophone();
    } else if (t === 'rejoin') {
      this.#lostAgain = this.#joining !== undefined;
      void this.rejoin();
    } else if (t === 'moved') this.#tell.moved(d);
    else if (t === 'left' && d.channel === this.place.channel) this.#tell.ended(this.#sayLeft(d.reason));
  }

  async set(muted: boolean, deafened: boolean): Promise<void> {
    this.#microphone?.mute(muted);
    void this.#openMicrophone();
    if (this.#media) await this.line.voice('set', { muted, deafened });
  }

  hold(held: boolean): void {
    this.#microphone?.hold(held);
  }

  /** Opens the microphone anew, as with another device or other switches. */
  async changeMicrophone(): Promise<void> {
    if (!this.#microphone) return this.#openMicrophone();
    const next = await Microphone.open(voiceNow.muted).catch((error: unknown) => {
      setVoiceNow('deviceProblem', sayDeviceError(error, 'microphone'));
    });
    if (!next) return;
    this.#microphone.close();
    this.#microphone = next;
    this.#tracks.set('mic', next.track);
    setVoiceNow('deviceProblem', undefined);
    await this.#media?.sender.send('mic', next.track);
  }

  async startCamera(): Promise<void> {
    const { camera } = voiceSettings();
    const video = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
    const ask = (device: object) => navigator.mediaDevices.getUserMedia({ video: { ...video, ...device } });
    const stream = await (camera ? ask({ deviceId: { exact: camera } }).catch(() => ask({})) : ask({}));
    await this.#show('camera', stream.getVideoTracks()[0]!);
  }

  async startScreen(): Promise<void> {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      ...({ systemAudio: 'include', suppressLocalAudioPlayback: false } as object),
    });
    const [picture, heard] = [stream.getVideoTracks()[0]!, stream.getAudioTracks()[0]];
    picture.contentHint = 'detail';
    await this.#show('screen', picture);
    if (heard) await this.#send('screen_audio', heard);
  }

  async stop(...sources: Source[]): Promise<void> {
    for (const source of sources) {
      this.#tracks.get(source)?.stop();
      this.#tracks.delete(source);
      this.#hideOwn(source);
    }
    for (const source of sources) await this.#media?.sender.stop(source);
  }

  /** Where requests are asked: the own gateway, or the homeserver that carries the channel. */
  get line(): VoiceLine {
    return this.#remote ?? { voice };
  }

  /** Ends everything here, and tells the homeserver. */
  leave(): void {
    if (this.#remote === undefined) voice('leave', {}).catch(() => undefined);
    this.close();
  }

  /** Ends everything here. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#remote?.close();
    onLooks(undefined);
    this.#closeMedia();
    this.#microphone?.close();
    for (const track of this.#tracks.values()) track.stop();
  }

  /** How a call ended is said by `call.ended`. */
  #sayLeft(reason: LeftReason): string | undefined {
    return reason === 'ended' && isDirect(findSpace(this.place.space)) ? undefined : sayLeftVoice(reason);
  }

  async #findLine(): Promise<VoiceLine> {
    if (!this.#isElsewhere) return { voice };
    this.#remote?.close();
    const remote = await openHub(this.place, {
      onNotice: (notice) => this.notice(notice),
      onClosed: () => {
        if (this.#remote === remote && !this.#closed) void this.rejoin();
      },
    });
    this.#remote = remote;
    if (this.#closed) remote.close();
    return remote;
  }

  async #open(room: Room): Promise<void> {
    if (voiceSettings().relayOnly && room.ice_servers.length === 0) {
      this.line.voice('leave', {}).catch(() => undefined);
      throw new NoRelay();
    }
    this.#closeMedia();
    const early: AnyVoiceNotice[] = (this.#early = []);
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: room.rtp_capabilities as types.RtpCapabilities });
    if (this.#closed || this.#early !== early) return;
    const lost = () => {
      setVoiceNow({ phase: 'reconnecting', problem: noWayFound });
      void this.rejoin();
    };
    const transports = openTransports({ line: this.line, device, room, lost });
    this.#media = {
      room,
      transports,
      sender: new Sender(this.line, transports.send, room.bitrates),
      receiver: new Receiver(this.line, device, transports.receive),
      stopQuality: watchQuality(transports, (quality) => setVoiceNow('quality', quality)),
    };
    setVoiceNow({ phase: 'in', rights: room.rights, ...nobodySpeaks() });
    this.#media.receiver.take(room.producers);
    this.#early = undefined;
    for (const notice of early) this.notice(notice);
    for (const transport of [transports.send, transports.receive])
      transport.on('connectionstatechange', (state) => state === 'connected' && setVoiceNow('problem', undefined));
    for (const [source, track] of this.#tracks)
      if (source === 'mic' || source === 'screen_audio') void this.#send(source, track);
      else void this.#show(source, track).catch(() => undefined);
    void this.#openMicrophone();
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

  /** Asks for the microphone as soon as it is needed, and not before. */
  #openMicrophone(): Promise<void> {
    if (voiceNow.muted || this.#microphone || !voiceNow.rights.includes('voice.speak')) return Promise.resolve();
    this.#askingMicrophone ??= Microphone.open(voiceNow.muted)
      .then(
        async (microphone) => {
          if (this.#closed) return microphone.close();
          this.#microphone = microphone;
          microphone.mute(voiceNow.muted);
          setVoiceNow('deviceProblem', undefined);
          await this.#send('mic', microphone.track);
        },
        (error: unknown) => setVoiceNow('deviceProblem', sayDeviceError(error, 'microphone')),
      )
      .finally(() => (this.#askingMicrophone = undefined));
    return this.#askingMicrophone;
  }

  async #send(source: Source, track: MediaStreamTrack): Promise<string | undefined> {
    this.#tracks.set(source, track);
    track.onended = () => void this.#trackEnded(source);
    try {
      return await this.#media?.sender.send(source, track);
    } catch (error) {
      if (source !== 'mic') throw error;
      if (!(error instanceof VoiceError && error.code === 'unavailable'))
        setVoiceNow('deviceProblem', sayVoiceError(error));
    }
    return undefined;
  }

  async #show(source: 'camera' | 'screen', track: MediaStreamTrack): Promise<void> {
    try {
      const producer = await this.#send(source, track);
      if (producer === undefined) return;
      const stream = new MediaStream([track]);
      showPicture({ producer, user: myId(), source, own: true, covered: false, starved: false, stream });
      setVoiceNow(source, true);
    } catch (error) {
      track.stop();
      this.#tracks.delete(source);
      throw error;
    }
  }

  /** The browser ended it: a device was pulled out, or sharing was stopped in the bar of the browser. */
  async #trackEnded(source: Source): Promise<void> {
    if (source === 'mic') return this.changeMicrophone();
    await this.stop(...(source === 'screen' ? (['screen', 'screen_audio'] as const) : [source])).catch(() => undefined);
  }

  async #lostOwn(producer: string): Promise<void> {
    const source = this.#media?.sender.sourceOf(producer);
    if (!source) return;
    await this.#media?.sender.stop(source, { told: true });
    if (source === 'mic') {
      this.#microphone?.close();
      this.#microphone = undefined;
    }
    this.#tracks.get(source)?.stop();
    this.#tracks.delete(source);
    this.#hideOwn(source);
  }

  #hideOwn(source: Source): void {
    if (source !== 'camera' && source !== 'screen') return;
    setVoiceNow(source, false);
    for (const { producer } of voiceNow.pictures.filter((one) => one.own && one.source === source))
      hidePicture(producer);
  }

  #speak(users: readonly string[], active: string | null): void {
    const now = new Set(users);
    const known = Object.fromEntries(Object.keys(voiceNow.speakers).map((user) => [user, now.has(user)]));
    setVoiceNow('speakers', { ...known, ...Object.fromEntries(users.map((user) => [user, true])) });
    if (active !== null) setVoiceNow('active', active);
  }

  #closeMedia(): void {
    const media = this.#media;
    if (!media) return;
    this.#media = undefined;
    media.stopQuality();
    media.receiver.close();
    media.transports.send.close();
    media.transports.receive.close();
    for (const { producer, own } of voiceNow.pictures) if (own) hidePicture(producer);
    setVoiceNow('quality', undefined);
  }
}

function retryOf(error: unknown): number {
  return error instanceof VoiceError ? (error.retry ?? 0) : 0;
}
