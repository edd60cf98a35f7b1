import type { GatewayEvent, OpeningState } from '../schemas/gateway/events.ts';
import { type ClientFrame, closeCodes, type ServerFrame } from '../schemas/gateway/frames.ts';
import type { VoiceAnswer, VoiceMethod, VoiceRequest } from '../schemas/gateway/voice.ts';
import { gatewayLimits } from '../schemas/limits.ts';
import { type GatewaySocket, openGatewaySocket } from './gateway-socket.ts';
import { type AnyVoiceNotice, VoiceError, VoiceRequests } from './voice-requests.ts';

/** `ended` is final: the session ended, or `close` was called. */
export type GatewayState = 'connecting' | 'ready' | 'reconnecting' | 'ended';

export interface GatewayStateDetail {
  /** Close code that led here, 1006 where there was none. */
  code?: number;
  /** Milliseconds until the next attempt. */
  retryIn?: number;
}

export interface GatewayClientOptions {
  /** `ws:` or `wss:` address, see `gatewayUrl`. */
  url: string;
  /** Access token of now; left out in cookie mode. */
  token?: () => string | undefined;
  /** Tries to get a fresh session after `authentication_ended`; false where there is none. */
  renew?: () => Promise<boolean>;
  /** A whole new state: whatever was known before is to be replaced, message lists too. */
  onReady: (state: OpeningState, session: { login: string }) => void;
  onEvent: (event: GatewayEvent) => void;
  /** For whoever is in a voice channel. */
  onVoiceNotice?: (notice: AnyVoiceNotice) => void;
  onState?: (state: GatewayState, detail: GatewayStateDetail) => void;
  WebSocket?: typeof WebSocket;
  random?: () => number;
}

const backoff = { firstMs: 500, mostMs: 30_000 };
const watchEveryMs = 250;
const resumable = new Map<number, boolean>(Object.values(closeCodes).map((kind) => [kind.code, kind.resume]));

/** Address of the gateway of a homeserver; `''` is the one that served the page. */
export function gatewayUrl(baseUrl: string, path = '/gateway'): string {
  const page = (globalThis as { location?: { origin: string } }).location?.origin;
  return new URL(path, baseUrl || page).href.replace(/^http/, 'ws');
}

/** Connects at once and stays connected until `close` or the end of the session. [GW-1] */
export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  return new GatewayClient(options);
}

export class GatewayClient {
  readonly #options: GatewayClientOptions;
  #socket: GatewaySocket | undefined;
  #session: string | undefined;
  #count = 0;
  #state: GatewayState = 'connecting';
  #attempt = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #renewed = false;
  #watched: readonly string[] = [];
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  #idle = false;
  readonly #voice = new VoiceRequests();

  constructor(options: GatewayClientOptions) {
    this.#options = options;
    this.#connect();
  }

  get state(): GatewayState {
    return this.#state;
  }

  /** Says whose presence is in view, at most 200 users; replaces what was watched before. [PRE-4] */
  watch(users: readonly string[]): void {
    const next = [...new Set(users)].slice(0, gatewayLimits.watchedUsers);
    if (next.length === this.#watched.length && next.every((user, index) => user === this.#watched[index])) return;
    this.#watched = next;
    // Scrolling a member list changes what is in view many times a second.
    this.#watchTimer ??= setTimeout(() => {
      this.#watchTimer = undefined;
      if (this.#state === 'ready') this.#sendWatched();
    }, watchEveryMs);
  }

  /** Says whether the user is away from this device. [PRE-3] */
  idle(idle: boolean): void {
    if (idle === this.#idle) return;
    this.#idle = idle;
    if (this.#state === 'ready') this.#send({ op: 'idle', idle });
  }

  /** Asks for something about voice. Rejects with `VoiceError`, also where there is no connection. [VOX-1] */
  async voice<M extends VoiceMethod>(method: M, d: VoiceRequest<M>): Promise<VoiceAnswer<M>> {
    if (this.#state !== 'ready') throw new VoiceError({ code: 'unavailable', message: 'Not connected.', retry: 500 });
    return this.#voice.ask((frame) => this.#send(frame), method, d);
  }

  /** To be called when the device wakes up or is online again: connects, or probes the connection, at once. */
  wake(): void {
    if (this.#waiting !== undefined) {
      clearTimeout(this.#waiting);
      this.#connect();
    } else if (this.#state === 'ready') {
      this.#socket?.probe();
    }
  }

  /** Ends the gateway session. */
  close(): void {
    if (this.#state === 'ended') return;
    clearTimeout(this.#waiting);
    clearTimeout(this.#watchTimer);
    this.#socket?.drop(1000);
    this.#become('ended', { code: 1000 });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #connect(): void {
    this.#waiting = undefined;
    const { url, random = Math.random } = this.#options;
    this.#socket = openGatewaySocket({
      url,
      random,
      WebSocket: this.#options.WebSocket ?? WebSocket,
      count: () => this.#count,
      onFrame: (frame) => this.#take(frame),
      onGone: (code) => this.#gone(code),
    });
  }

  #take(frame: ServerFrame): void {
    switch (frame.op) {
      case 'hello':
        return this.#begin();
      case 'event':
        this.#count++;
        return this.#tell(() => this.#options.onEvent(frame as GatewayEvent));
      case 'ready':
        this.#session = frame.session;
        this.#count = 0;
        this.#tell(() => this.#options.onReady(frame.d, { login: frame.login }));
        return this.#connected();
      case 'resumed':
        return this.#connected();
      case 'invalid_session':
        this.#session = undefined;
        return this.#begin();
      case 'voice':
        return this.#voice.answered(frame);
      case 'voice_notice':
        return this.#tell(() => this.#options.onVoiceNotice?.({ t: frame.t, d: frame.d } as AnyVoiceNotice));
      case 'heartbeat_ack':
        this.#attempt = 0;
        return;
      case 'reconnect':
        this.#socket?.drop(4100);
        return this.#comeBackIn(frame.after, closeCodes.restart.code);
    }
  }

  #begin(): void {
    const token = this.#options.token?.();
    const authentication = token === undefined ? {} : { token };
    if (this.#session === undefined) this.#send({ op: 'identify', ...authentication });
    else this.#send({ op: 'resume', ...authentication, session: this.#session, seq: this.#count });
  }

  #connected(): void {
    if (this.#isEnded()) return;
    this.#renewed = false;
    if (this.#watched.length > 0) this.#sendWatched();
    if (this.#idle) this.#send({ op: 'idle', idle: true });
    this.#become('ready', {});
  }

  #gone(code: number): void {
    if (resumable.get(code) === false) this.#session = undefined;
    if (code === closeCodes.authentication_ended.code) return void this.#renew();
    const { random = Math.random } = this.#options;
    const longest = Math.min(backoff.mostMs, backoff.firstMs * 2 ** this.#attempt++);
    this.#comeBackIn(longest * (0.5 + random() / 2), code);
  }

  /** One try for each time the gateway was ready: a fresh token that is refused too ends it. */
  async #renew(): Promise<void> {
    const code = closeCodes.authentication_ended.code;
    this.#become('reconnecting', { code });
    try {
      const renewed = !this.#renewed && (await this.#options.renew?.()) === true;
      if (this.#isEnded()) return;
      this.#renewed = true;
      if (renewed) this.#connect();
      else this.#become('ended', { code });
    } catch {
      if (!this.#isEnded()) this.#gone(1006);
    }
  }

  #isEnded(): boolean {
    return this.#state === 'ended';
  }

  #comeBackIn(wait: number, code: number): void {
    this.#waiting = setTimeout(() => this.#connect(), wait);
    this.#become('reconnecting', { code, retryIn: wait });
  }

  #become(state: GatewayState, detail: GatewayStateDetail): void {
    if (this.#isEnded()) return;
    if (state !== 'ready') this.#voice.lost();
    this.#state = state;
    this.#tell(() => this.#options.onState?.(state, detail));
  }

  /** What a listener throws is a bug of the listener: it is reported, and the connection goes on. */
  #tell(work: () => void): void {
    try {
      work();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(frame);
  }

  #sendWatched(): void {
    this.#send({ op: 'watch', users: [...this.#watched] });
  }
}
