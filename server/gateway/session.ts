import type { Socket } from 'node:net';
import type { Bundle } from './bundle.ts';
import type { GatewayLimits } from './limits.ts';
import type { GatewaySession } from './ports.ts';

/** Where frames go; below WebSocket, because they are framed already. */
export interface SessionSocket {
  readonly raw: Socket;
}

/**
 * What one client was told and may still ask for again. It outlives its socket: without one it goes on collecting, until the client
 * resumes or it is given up. There are thousands of these: no closures, no timers, nothing that is not used.
 */
export class Session implements GatewaySession {
  readonly id: string;
  readonly user: string;
  readonly login: string;
  /** A program: it is told what it was granted. */
  readonly bot: boolean;
  /** Position of the log up to which everything is in its opening state. */
  readonly from: number;
  /** Frames for the next flush. */
  pending: Bundle | undefined = undefined;
  /** The spaces that it is told about. */
  spaces: string[] = [];
  socket: SessionSocket | undefined;
  /** When it lost its socket. */
  detachedAt = 0;

  /** What was not acknowledged yet; the last `#waiting` of it was not written to the socket. */
  #replay: Bundle[] = [];
  #waiting = 0;
  #waitingBytes = 0;
  /** Number of event frames before `#replay`, and in it. */
  #start = 0;
  #kept = 0;
  #keptBytes = 0;
  /** What a resume found waiting does not count as read slowly. */
  #allowance = 0;
  /** Since when the socket takes nothing; 0 while it keeps up. */
  #stalledAt = 0;

  constructor(
    identity: { id: string; user: string; login: string; bot?: boolean; from: number },
    socket: SessionSocket,
  ) {
    this.id = identity.id;
    this.user = identity.user;
    this.login = identity.login;
    this.bot = identity.bot ?? false;
    this.from = identity.from;
    this.socket = socket;
  }

  get isConnected(): boolean {
    return this.socket !== undefined;
  }

  /** Number of event frames since `ready`. */
  get count(): number {
    return this.#start + this.#kept;
  }

  /** Sends frames, or keeps them for later. False where the client reads too slowly or could not resume any more. */
  take(bundle: Bundle, limits: GatewayLimits, now: number): boolean {
    this.#replay.push(bundle);
    this.#kept += bundle.count;
    this.#keptBytes += bundle.size;
    if (this.socket !== undefined && this.#stalledAt === 0) {
      if (!this.socket.raw.write(bundle.bytes)) this.#stall(now);
    } else {
      this.#waiting++;
      this.#waitingBytes += bundle.size;
    }
    while (this.#kept > limits.replayFrames || this.#keptBytes > limits.replayBytes) this.#forgetFirst();
    if (this.#waiting > this.#replay.length) return false;
    return this.socket === undefined || this.#waitingBytes <= limits.sendQueueBytes + this.#allowance;
  }

  /** Lets go of what the client has. False where it counted more than it was sent. */
  acknowledge(seq: number): boolean {
    if (seq > this.count) return false;
    for (;;) {
      const first = this.#replay[0];
      if (first === undefined || this.#replay.length <= this.#waiting || this.#start + first.count > seq) return true;
      this.#forgetFirst();
    }
  }

  detach(now: number): void {
    this.socket = undefined;
    this.detachedAt = now;
  }

  /** Number of frames that a client with `seq` of them has missed; undefined where they are no longer all there. */
  missed(seq: number): number | undefined {
    return seq < this.#start || seq > this.count ? undefined : this.count - seq;
  }

  /** Goes on with another socket, after `seq` frames; the caller has asked for `missed`. */
  resume(socket: SessionSocket, seq: number, now: number): void {
    this.socket = socket;
    this.detachedAt = 0;
    this.#stalledAt = 0;
    this.#waiting = 0;
    this.acknowledge(seq);
    this.#waiting = this.#replay.length;
    this.#waitingBytes = this.#keptBytes;
    this.#allowance = this.#keptBytes;
    const skipped = seq - this.#start;
    this.#writeWaiting(now, skipped);
  }

  /** The socket takes more. */
  drained(now: number): void {
    this.#stalledAt = 0;
    this.#writeWaiting(now, 0);
  }

  isStalled(now: number, limits: GatewayLimits): boolean {
    return this.#stalledAt !== 0 && now - this.#stalledAt > limits.stalledMs;
  }

  #writeWaiting(now: number, skipped: number): void {
    const { socket } = this;
    while (this.#waiting > 0 && this.#stalledAt === 0 && socket !== undefined) {
      const bundle = this.#replay[this.#replay.length - this.#waiting] as Bundle;
      this.#waiting--;
      this.#waitingBytes -= bundle.size;
      if (!socket.raw.write(skipped > 0 ? bundle.bytesAfter(skipped) : bundle.bytes)) this.#stall(now);
      skipped = 0;
    }
    if (this.#waiting === 0) this.#allowance = 0;
  }

  #stall(now: number): void {
    const { socket } = this;
    this.#stalledAt = now;
    socket?.raw.once('drain', () => {
      if (this.socket === socket) this.drained(now);
    });
  }

  #forgetFirst(): void {
    const first = this.#replay.shift() as Bundle;
    this.#start += first.count;
    this.#kept -= first.count;
    this.#keptBytes -= first.size;
  }
}
