import { type GuestEnter, type GuestHello, guestCloseCodes } from '../schemas/gateway/guest-voice.ts';
import type { ServerFrame } from '../schemas/gateway/frames.ts';
import type { VoiceAnswer, VoiceMethod, VoiceRequest } from '../schemas/gateway/voice.ts';
import { createConnectionKey } from './voice-key.ts';
import { type AnyVoiceNotice, VoiceError, VoiceRequests } from './voice-requests.ts';

/** Where requests about voice are asked: the gateway of the own homeserver, or the hub of a community elsewhere. */
export interface VoiceLine {
  voice<M extends VoiceMethod>(method: M, d: VoiceRequest<M>): Promise<VoiceAnswer<M>>;
}

export interface RemoteVoiceOptions {
  /** The own gateway. */
  gateway: VoiceLine;
  place: { space: string; channel: string };
  onNotice: (notice: AnyVoiceNotice) => void;
  /** The connection ended, and not by `close`. `code` is 1006 where it just broke: open another one and `join` again. */
  onClosed: (code: number) => void;
  WebSocket?: typeof WebSocket;
}

/** Opens a connection to the hub of a voice channel. Rejects with `VoiceError`. [VOX-14] */
export async function openRemoteVoice(options: RemoteVoiceOptions): Promise<RemoteVoice> {
  const key = await createConnectionKey();
  const { url, token } = await options.gateway.voice('token', { ...options.place, key: key.thumbprint });
  const socket = new (options.WebSocket ?? WebSocket)(url);
  return new Promise((resolve, reject) => {
    const refused = (code: number) =>
      reject(
        new VoiceError({
          code: code === guestCloseCodes.token_refused ? 'token_refused' : 'unavailable',
          message: 'The homeserver of this community did not open the room.',
          retry: 1_000,
        }),
      );
    const enter = async ({ challenge }: GuestHello) => {
      const proof = await key.prove(challenge, token);
      socket.send(JSON.stringify({ op: 'enter', token, key: key.publicKey, proof } satisfies GuestEnter));
    };
    const onClose = ({ code }: CloseEvent) => refused(code);
    const onMessage = ({ data }: MessageEvent) => {
      const frame = JSON.parse(String(data)) as GuestHello | { op: 'entered' };
      if (frame.op === 'hello') return void enter(frame);
      socket.removeEventListener('close', onClose);
      socket.removeEventListener('message', onMessage);
      resolve(new RemoteVoice(socket, options));
    };
    socket.addEventListener('close', onClose);
    socket.addEventListener('message', onMessage);
  });
}

/** A room on another homeserver: the same requests and notices as over the gateway. */
export class RemoteVoice implements VoiceLine {
  readonly #socket: WebSocket;
  readonly #requests = new VoiceRequests();
  #isClosed = false;

  constructor(socket: WebSocket, { onNotice, onClosed }: Pick<RemoteVoiceOptions, 'onNotice' | 'onClosed'>) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as ServerFrame;
      if (frame.op === 'voice') this.#requests.answered(frame);
      if (frame.op === 'voice_notice') onNotice({ t: frame.t, d: frame.d } as AnyVoiceNotice);
    });
    socket.addEventListener('close', ({ code }) => {
      this.#requests.lost();
      if (!this.#isClosed) onClosed(code);
      this.#isClosed = true;
    });
  }

  async voice<M extends VoiceMethod>(method: M, d: VoiceRequest<M>): Promise<VoiceAnswer<M>> {
    if (this.#socket.readyState !== this.#socket.OPEN)
      throw new VoiceError({ code: 'unavailable', message: 'Not connected.', retry: 500 });
    return this.#requests.ask((frame) => this.#socket.send(JSON.stringify(frame)), method, d);
  }

  /** Leaves the room. */
  close(): void {
    this.#isClosed = true;
    this.#socket.close(1000);
  }
}
