import type { ErrorAnswer } from '../schemas/errors.ts';
import type { ServerFrame } from '../schemas/gateway/frames.ts';
import type { VoiceAnswer, VoiceMethod, VoiceNotice, VoiceNoticeName, VoiceRequest } from '../schemas/gateway/voice.ts';

export type AnyVoiceNotice = { [T in VoiceNoticeName]: { t: T; d: VoiceNotice<T> } }[VoiceNoticeName];

/** A request about voice that was refused, or whose answer was lost with the connection (`unavailable`). */
export class VoiceError extends Error {
  override readonly name = 'VoiceError';
  readonly code: string;
  readonly retry: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ code, message, retry, details = {} }: ErrorAnswer) {
    super(message);
    this.code = code;
    this.retry = retry;
    this.details = details;
  }
}

interface Waiting {
  resolve(ok: unknown): void;
  reject(error: VoiceError): void;
}

/** Pairs the answers of the gateway with what was asked. [VOX-1] */
export class VoiceRequests {
  readonly #waiting = new Map<number, Waiting>();
  #id = 0;

  ask<M extends VoiceMethod>(
    send: (frame: { op: 'voice'; id: number; method: string; d: object }) => void,
    method: M,
    d: VoiceRequest<M>,
  ): Promise<VoiceAnswer<M>> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      send({ op: 'voice', id, method, d });
    });
  }

  answered({ id, ok, error }: ServerFrame & { op: 'voice' }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error !== undefined) waiting?.reject(new VoiceError(error));
    else waiting?.resolve(ok);
  }

  /** The connection is gone, and with it the answers. */
  lost(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting)
      reject(new VoiceError({ code: 'unavailable', message: 'The connection was lost.', retry: 500 }));
  }
}
