import { openRemoteVoice, type RemoteVoice } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { AnyVoiceNotice } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { VoiceMethod, VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Caller, VoicePlace } from './voice-people.ts';

/** Somebody's connection to a room of another homeserver, without media. */
export class Guest {
  readonly caller: Caller;
  readonly line: RemoteVoice;
  readonly notices: AnyVoiceNotice[];
  /** Resolves with the code when the hub closes it. */
  readonly closed: Promise<number>;

  private constructor(caller: Caller, line: RemoteVoice, notices: AnyVoiceNotice[], closed: Promise<number>) {
    this.caller = caller;
    this.line = line;
    this.notices = notices;
    this.closed = closed;
  }

  static async at(caller: Caller, place: VoicePlace): Promise<Guest> {
    const notices: AnyVoiceNotice[] = [];
    const ended = Promise.withResolvers<number>();
    const gateway = {
      voice: <M extends VoiceMethod>(method: M, d: VoiceRequest<M>) => caller.asks(method, d),
    };
    const line = await openRemoteVoice({
      gateway,
      place,
      onNotice: (notice) => void notices.push(notice),
      onClosed: ended.resolve,
    });
    return new Guest(caller, line, notices, ended.promise);
  }

  /** Opens the room and goes in. */
  static async in(caller: Caller, place: VoicePlace): Promise<Guest> {
    const guest = await Guest.at(caller, place);
    await guest.line.voice('join', place);
    return guest;
  }
}
