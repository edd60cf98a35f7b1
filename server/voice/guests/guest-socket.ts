import { randomBytes } from 'node:crypto';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { clientFrames } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import {
  guestCloseCodes,
  type GuestCloseName,
  GuestEnter,
  guestLimits,
} from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import { gatewayLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { WebSocket } from 'ws';
import type { GuestSeat, Place } from '../participant.ts';
import type { Voice } from '../voice.ts';
import type { Ticket, VoiceTokens } from './voice-tokens.ts';

export interface GuestSocketParts {
  voice: Pick<Voice, 'answer' | 'detached' | 'ended'>;
  tokens: Pick<VoiceTokens, 'redeem'>;
  isWelcome(ticket: Ticket): boolean;
  entered(guest: GuestSocket): void;
  closed(guest: GuestSocket): void;
  framesPerMinute: number;
}

const isEnter = checkerOf(GuestEnter);
const isRequest = checkerOf(clientFrames.voice);
const PING_MS = 20_000;

/** The connection of a member from another homeserver to a room here: the frames of voice, and nothing else. [VOX-16] */
export class GuestSocket implements GuestSeat {
  ticket: Ticket | undefined;
  readonly #socket: WebSocket;
  readonly #parts: GuestSocketParts;
  readonly #challenge = randomBytes(32).toString('base64url');
  readonly #timers: NodeJS.Timeout[];
  #state: 'new' | 'entering' | 'open' | 'closed' = 'new';
  #frames = 0;
  #unanswered = 0;

  constructor(socket: WebSocket, parts: GuestSocketParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#timers = [
      setTimeout(() => this.#state !== 'open' && this.close('silent'), guestLimits.enterMs).unref(),
      setInterval(() => this.#ping(), PING_MS).unref(),
      setInterval(() => (this.#frames = 0), 60_000).unref(),
    ];
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary));
    socket.on('pong', () => this.#count() && (this.#unanswered = 0));
    socket.on('ping', (data) => this.#count() && socket.pong(data));
    socket.on('error', () => socket.terminate());
    socket.once('close', (code) => this.#gone(code));
    this.#send({ op: 'hello', challenge: this.#challenge });
  }

  get user(): string {
    return this.ticket?.user ?? '';
  }

  get only(): Place {
    const { space = '', channel = '' } = this.ticket ?? {};
    return { space, channel };
  }

  get isConnected(): boolean {
    return this.#state === 'open';
  }

  tell(t: string, d: object): void {
    this.#send({ op: 'voice_notice', t, d });
  }

  /** Out at once. */
  end(name: GuestCloseName): void {
    if (this.#state === 'open') {
      this.tell('left', { ...this.only, reason: name === 'replaced' ? 'elsewhere' : 'ended' });
      this.#parts.voice.ended(this);
    }
    this.close(name);
  }

  close(name: GuestCloseName): void {
    this.#socket.close(guestCloseCodes[name], name);
    // One that is half dead never answers the close.
    setTimeout(() => this.#socket.terminate(), 2_000).unref();
    if (this.#state !== 'closed') this.#gone(guestCloseCodes[name]);
  }

  #gone(code: number): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    for (const timer of this.#timers) clearInterval(timer);
    this.#parts.closed(this);
    if (!wasOpen) return;
    // Whoever goes by themselves is out; a connection that broke may come back as another one.
    if (code === 1000 || code === 1001) this.#parts.voice.ended(this);
    else this.#parts.voice.detached(this);
  }

  #send(frame: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > gatewayLimits.sendQueueBytes) return this.close('too_slow');
    this.#socket.send(JSON.stringify(frame));
  }

  #ping(): void {
    if (this.#unanswered++ >= 2) return this.#socket.terminate();
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (!this.#count()) return;
    const frame = isBinary ? undefined : parse(data);
    if (this.#state === 'open' && isRequest(frame)) void this.#ask(frame as { id: number; method: string; d: object });
    else if (this.#state === 'new' && isEnter(frame)) void this.#enter(frame as GuestEnter);
    else this.close('bad_frame');
  }

  /** Counts a frame of any kind; false for what came too often, or after the end. */
  #count(): boolean {
    if (this.#state !== 'closed' && ++this.#frames > this.#parts.framesPerMinute) this.close('too_fast');
    return this.#state !== 'closed';
  }

  async #enter(frame: GuestEnter): Promise<void> {
    this.#state = 'entering';
    const ticket = await this.#parts.tokens.redeem(frame, this.#challenge);
    if (this.#state !== 'entering') return;
    if (ticket === undefined || !this.#parts.isWelcome(ticket)) return this.close('token_refused');
    this.ticket = ticket;
    this.#state = 'open';
    this.#send({ op: 'entered' });
    this.#parts.entered(this);
  }

  async #ask({ id, method, d }: { id: number; method: string; d: object }): Promise<void> {
    this.#send({ op: 'voice', id, ...(await this.#parts.voice.answer(this, method, d)) });
  }
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
}
