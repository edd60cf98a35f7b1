import {
  EphemeralFrame,
  InterestFrame,
  liveCloseCodes,
  liveLimits,
} from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { WebSocket } from 'ws';
import { checkOf } from '../../http/checks.ts';

export interface LiveSocketParts {
  now(): number;
  ephemeral(frame: EphemeralFrame): void;
  /** It has handed back all that it kept. */
  healed(): void;
  closed(): void;
}

type CloseName = keyof typeof liveCloseCodes;

const notInterest = checkOf(InterestFrame);
const notEphemeral = checkOf(EphemeralFrame);
/** Frames of all kinds that a follower may send in a ping interval. */
const FRAMES = 2_000;
/** What is not in the log that it may say in a ping interval; what is more is lost. */
const ITEMS = 5_000;

/** The connection of one follower: what it may say, and that it has to read what it is told. */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #parts: LiveSocketParts;
  readonly #pinging: NodeJS.Timeout;
  #interest = new Set<string>();
  #interestUntil = 0;
  #unanswered = 0;
  #frames = 0;
  #items = 0;
  #closing = false;

  constructor(socket: WebSocket, parts: LiveSocketParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#pinging = setInterval(() => this.#ping(), liveLimits.pingMs).unref();
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary));
    socket.on('pong', () => this.#count() && (this.#unanswered = 0));
    socket.on('ping', (data) => this.#count() && socket.pong(data));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearInterval(this.#pinging);
      parts.closed();
    });
  }

  /** Whoever does not read what it is sent is not waited for; it comes again and asks for what it missed. [LIVE-6] */
  send(text: Buffer | string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > liveLimits.queueBytes) return this.#socket.terminate();
    this.#socket.send(text, { binary: false });
  }

  isInterestedIn(channel: string): boolean {
    return this.#interest.has(channel) && this.#parts.now() < this.#interestUntil;
  }

  close(name: CloseName): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.close(liveCloseCodes[name], name);
    // One that is half dead never answers the close.
    setTimeout(() => this.#socket.terminate(), 2_000).unref();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #ping(): void {
    this.#frames = 0;
    this.#items = 0;
    if (this.#unanswered++ >= 2) return this.#socket.terminate();
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (this.#count() && (isBinary || !this.#obey(parse(data)))) this.close('bad_frame');
  }

  /** Counts a frame of any kind; false for what came too often, or after the end. */
  #count(): boolean {
    if (++this.#frames > FRAMES) this.close('bad_frame');
    return !this.#closing;
  }

  #obey(frame: { op?: unknown } | undefined): boolean {
    switch (frame?.op) {
      case 'interest':
        if (notInterest(frame)) return false;
        this.#interest = new Set((frame as InterestFrame).channels);
        this.#interestUntil = this.#parts.now() + liveLimits.interestMs;
        return true;
      case 'ephemeral':
        if (notEphemeral(frame)) return false;
        this.#items += (frame as EphemeralFrame).items.length;
        if (this.#items <= ITEMS) this.#parts.ephemeral(frame as EphemeralFrame);
        return true;
      case 'healed':
        this.#parts.healed();
        return true;
      default:
        return typeof frame?.op === 'string';
    }
  }
}

function parse(data: Buffer): { op?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
