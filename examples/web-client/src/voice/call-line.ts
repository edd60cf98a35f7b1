import type { RemoteVoice, VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import { type AnyVoiceNotice, VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import { guestCloseCodes } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import type { Room } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voice } from '../session/live.ts';
import { openHub } from './open-hub.ts';
import type { OwnWish, Place } from './voice-now.ts';

interface CallLineEvents {
  notice: (notice: AnyVoiceNotice) => void;
  /** The connection to the hub broke; another one may work. */
  broke: () => void;
  /** The user went in from another device. */
  replaced: () => void;
}

/** Where requests of a call are asked: the own gateway, or the homeserver that carries the channel. */
export class CallLine {
  readonly #place: Place;
  readonly #tell: CallLineEvents;
  #remote: RemoteVoice | undefined;
  #isElsewhere = false;
  #closed = false;

  constructor(place: Place, tell: CallLineEvents) {
    this.#place = place;
    this.#tell = tell;
  }

  /** Whether another homeserver carries the channel, over a connection of its own that tells when it ends. */
  get isElsewhere(): boolean {
    return this.#isElsewhere;
  }

  get now(): VoiceLine {
    return this.#remote ?? { voice };
  }

  async join(wish: OwnWish): Promise<Room> {
    try {
      const line = this.#isElsewhere ? await this.#openRemote() : this.now;
      return await line.voice('join', { ...this.#place, ...wish });
    } catch (error) {
      if (this.#isElsewhere || !(error instanceof VoiceError) || error.code !== 'voice_elsewhere') throw error;
      this.#isElsewhere = true;
      return this.join(wish);
    }
  }

  leave(): void {
    if (this.#remote === undefined) voice('leave', {}).catch(() => undefined);
    this.close();
  }

  close(): void {
    this.#closed = true;
    this.#remote?.close();
  }

  async #openRemote(): Promise<RemoteVoice> {
    this.#remote?.close();
    const remote = await openHub(this.#place, {
      onNotice: this.#tell.notice,
      onClosed: (code) => {
        if (this.#remote !== remote || this.#closed) return;
        if (code === guestCloseCodes.replaced) this.#tell.replaced();
        else this.#tell.broke();
      },
    });
    this.#remote = remote;
    if (this.#closed) remote.close();
    return remote;
  }
}
