import { VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import { toast } from '../ui/toast.tsx';
import { Microphone } from './microphone.ts';
import type { OwnTracks } from './own-tracks.ts';
import { sayDeviceError, sayVoiceError } from './say-voice-error.ts';
import { listenToTalkKey } from './talk-key.ts';
import { setVoiceNow, voiceNow } from './voice-now.ts';

/** The own microphone in a channel: opened when it is needed, opened anew when it changes or is pulled out. */
export class OwnMicrophone {
  readonly #tracks: OwnTracks;
  /** Others are to be told whether there is one. */
  readonly #tell: () => void;
  #microphone: Microphone | undefined;
  /** One after the other, so that the last choice is the one that stays. */
  #turn: Promise<void> = Promise.resolve();
  #asks = 0;
  #closed = false;
  readonly #stopTalkKey: () => void;

  constructor(tracks: OwnTracks, tell: () => void) {
    this.#tracks = tracks;
    this.#tell = tell;
    navigator.mediaDevices?.addEventListener('devicechange', this.#devicesChanged);
    this.#stopTalkKey = listenToTalkKey((held) => this.#microphone?.hold(held));
  }

  /** There is a new connection to send it over. */
  async attach(): Promise<void> {
    if (this.#microphone) await this.#send(this.#microphone);
    else await this.need();
  }

  /** Asks for the microphone as soon as it is needed, and not before. */
  async need(): Promise<void> {
    if (this.#microphone || this.#asks > 0 || voiceNow.muted || !voiceNow.rights.includes('voice.speak')) return;
    await this.#open();
  }

  /** Opens it anew, as with another device or other switches. */
  change(): Promise<void> {
    return this.#microphone ? this.#open() : this.need();
  }

  mute(muted: boolean): void {
    this.#microphone?.mute(muted);
  }

  /** Stops to listen, until it is needed again. */
  drop(): void {
    this.#microphone?.close();
    this.#microphone = undefined;
  }

  close(): void {
    this.#closed = true;
    navigator.mediaDevices?.removeEventListener('devicechange', this.#devicesChanged);
    this.#stopTalkKey();
    this.drop();
  }

  readonly #devicesChanged = () => {
    if (voiceNow.noMicrophone) void this.change();
  };

  #open(): Promise<void> {
    this.#asks++;
    this.#turn = this.#turn.then(() => this.#openNow()).finally(() => this.#asks--);
    return this.#turn;
  }

  async #openNow(): Promise<void> {
    if (this.#closed) return;
    let next: Microphone;
    try {
      next = await Microphone.open(voiceNow.muted);
    } catch (error) {
      if (this.#closed) return;
      setVoiceNow('deviceProblem', sayDeviceError(error, 'microphone'));
      void this.#awaitPermission();
      return this.#isThere(false);
    }
    if (this.#closed) return next.close();
    this.#microphone?.close();
    this.#microphone = next;
    next.mute(voiceNow.muted);
    next.track.onended = () => void this.#pulledOut(next);
    setVoiceNow('deviceProblem', undefined);
    await this.#send(next);
    this.#isThere(true);
  }

  /** Once it is allowed after all, no button has to be pressed. */
  async #awaitPermission(): Promise<void> {
    const status = await navigator.permissions?.query({ name: 'microphone' as PermissionName }).catch(() => undefined);
    const allowed = () => status?.state === 'granted' && voiceNow.noMicrophone && void this.change();
    status?.addEventListener('change', allowed, { once: true });
  }

  #isThere(there: boolean): void {
    if (this.#closed || voiceNow.noMicrophone === !there) return;
    setVoiceNow('noMicrophone', !there);
    this.#tell();
  }

  async #send({ track }: Microphone): Promise<void> {
    try {
      await this.#tracks.send('mic', track);
    } catch (error) {
      if (!(error instanceof VoiceError && error.code === 'unavailable'))
        setVoiceNow('deviceProblem', sayVoiceError(error));
    }
  }

  async #pulledOut(gone: Microphone): Promise<void> {
    if (this.#closed || this.#microphone !== gone) return;
    await this.#open();
    const now = this.#microphone;
    if (now !== gone && now) toast(`The microphone was pulled out. This one is used now: ${now.name}.`);
  }
}
