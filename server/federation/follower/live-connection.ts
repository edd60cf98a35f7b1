import { delayAfter } from '@folkmoot/federation/backoff.ts';
import { EphemeralFrame, HeadsFrame, LinesFrame, liveLimits } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { WebSocket } from 'ws';
import { checkOf } from '../../http/checks.ts';
import type { FollowerTiming } from './ports.ts';

export interface LiveParts {
  hub: string;
  /** A signed upgrade; rejects where the hub cannot be reached or refuses. */
  connect(hub: string): Promise<WebSocket>;
  timing: Pick<FollowerTiming, 'reconnect'>;
  opened(): void;
  /** The hub cannot be reached; called at each failed try. */
  failed(error: unknown): void;
  /** These resolve when the frame is dealt with; they never reject. */
  heads(frame: HeadsFrame): Promise<void>;
  lines(frame: LinesFrame, texts: readonly string[]): Promise<void>;
  ephemeral(frame: EphemeralFrame): Promise<void>;
  /** The hub was restored from a backup, and waits for what was kept of it. */
  restoring(): void;
}

/** A hub that says nothing for so long is not there any more. */
const SILENCE_MS = 3 * liveLimits.pingMs;
/** Bytes of frames that are not dealt with yet, beyond which nothing more is read; a small frame counts as so many. */
const HELD = 8 * 1024 * 1024;
const FRAME = 8 * 1024;
/** What waits for a hub that does not read. */
const UNREAD = 1024 * 1024;
const notHeads = checkOf(HeadsFrame);
const notLines = checkOf(LinesFrame);
const notEphemeral = checkOf(EphemeralFrame);

/** The live connection to one hub, opened again and again while there is something to follow. What it loses is asked for. */
export class LiveConnection {
  readonly #parts: LiveParts;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #failures = 0;
  #connecting = false;
  #closed = false;
  #held = 0;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects now, where it is not connected, however long it was to wait. */
  wake(): void {
    if (this.#closed || this.#connecting || this.#socket) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#connect();
  }

  /** False where it is not connected; nothing is kept for later. */
  send(frame: object): boolean {
    if (this.#socket === undefined || this.#leaveUnread(this.#socket)) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Ends the connection, and opens none until it is woken or its time comes. */
  breakOff(): void {
    this.#socket?.terminate();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  async #connect(): Promise<void> {
    this.#connecting = true;
    try {
      const socket = await this.#parts.connect(this.#parts.hub);
      this.#connecting = false;
      if (this.#closed) return socket.terminate();
      this.#follow(socket);
    } catch (error) {
      this.#connecting = false;
      if (this.#closed) return;
      this.#parts.failed(error);
      this.#connectLater();
    }
  }

  #follow(socket: WebSocket): void {
    this.#socket = socket;
    const heard = () => this.#heard(socket);
    const openedAt = performance.now();
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      heard();
      const work = !isBinary && this.#obey(data.toString('utf8'));
      if (work === false) socket.close(liveCloseCode);
      else if (work !== true) void this.#hold(socket, Math.max(data.length, FRAME), work);
    });
    socket.on('ping', (data) => {
      heard();
      if (!this.#leaveUnread(socket)) socket.pong(data);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(this.#silence);
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (this.#closed) return;
      // One that closes at once after opening is left alone for longer and longer, too.
      if (performance.now() - openedAt > 10_000) this.#failures = 0;
      this.#connectLater();
    });
    heard();
    this.#parts.opened();
    socket.resume();
  }

  /** Leaves a hub that does not read what it is told; true where it did. */
  #leaveUnread(socket: WebSocket): boolean {
    const isUnread = socket.bufferedAmount > UNREAD;
    if (isUnread) socket.terminate();
    return isUnread;
  }

  #heard(socket: WebSocket): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => socket.terminate(), SILENCE_MS).unref();
  }

  #connectLater(): void {
    this.#failures += 1;
    const wait = delayAfter(this.#failures, this.#parts.timing.reconnect, Math.random());
    this.#timer = setTimeout(() => this.wake(), wait).unref();
  }

  /** A hub that says more than is dealt with here is read more slowly. */
  async #hold(socket: WebSocket, size: number, work: Promise<void>): Promise<void> {
    this.#held += size;
    if (this.#held > HELD) socket.pause();
    await work;
    this.#held -= size;
    if (this.#held <= HELD && socket.isPaused) socket.resume();
  }

  #takeLines(frame: LinesFrame, text: string): false | Promise<void> {
    const texts = text.split('\n', LINES + 1);
    return texts.length <= LINES && this.#parts.lines(frame, texts);
  }

  /** False for what is no frame; otherwise the work that it makes, or true. One of a kind that is not known is passed over. */
  #obey(text: string): boolean | Promise<void> {
    const end = text.indexOf('\n');
    const first = parse(end === -1 ? text : text.slice(0, end));
    switch (first?.op) {
      case 'heads':
        if (notHeads(first)) return false;
        return this.#parts.heads(first as HeadsFrame);
      case 'lines':
        if (notLines(first) || end === -1) return false;
        return this.#takeLines(first as LinesFrame, text.slice(end + 1).replace(/\n$/, ''));
      case 'ephemeral':
        if (notEphemeral(first)) return false;
        return this.#parts.ephemeral(first as EphemeralFrame);
      case 'restoring':
        this.#parts.restoring();
        return true;
      default:
        return typeof first?.op === 'string';
    }
  }
}

/** More than fit into a frame of the largest size: the shortest line there is, a hidden one, has 80 bytes. */
const LINES = 4_096;

/** 1002: it does not speak this protocol. */
const liveCloseCode = 1002;

function parse(text: string): { op?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
