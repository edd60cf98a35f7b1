import { applyEvent } from '@folkmoot/protocol-spec/client/reducer.ts';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import {
  type GatewayEvent,
  type GatewayEventData,
  type GatewayEventName,
  gatewayEvents,
  type OpeningState,
} from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { type ClientFrame, type ServerFrame, serverFrames } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import { type ClientOptions, WebSocket } from 'ws';
import { automaticClauses as clause } from './automatic-clauses.ts';
import type { Rules } from './rules.ts';
import { Waiting } from './waiting.ts';

const frameCheckers = new Map(Object.entries(serverFrames).map(([op, schema]) => [op, checkerOf(schema)]));
const eventCheckers = new Map(Object.entries(gatewayEvents).map(([t, schema]) => [t, checkerOf(schema)]));

export interface ConnectionParts {
  url: string;
  rules: Rules;
  signal: AbortSignal;
}

export interface ConnectionOptions {
  /** Path and query; `/gateway`. */
  path?: string;
  socket?: ClientOptions;
}

export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the upgrade was answered with ${status}`);
    this.status = status;
  }
}

/** One socket to the gateway: everything it was sent, in order, and what the reducer makes of it. */
export class GatewayConnection {
  readonly frames: ServerFrame[] = [];
  /** The frames as they came, for what must not be in any of them. */
  readonly texts: string[] = [];
  /** Number of event frames since `ready`, as the protocol counts them. */
  count = 0;
  /** Opening state and the events so far. */
  state: OpeningState | undefined;
  closed: number | undefined;
  readonly socket: WebSocket;
  /** Heartbeats of its own that are not answered yet. */
  #ownBeats = 0;
  readonly #rules: Rules;
  readonly #waiting: Waiting;

  constructor({ url, rules, signal }: ConnectionParts, { path = '/gateway', socket }: ConnectionOptions = {}) {
    this.#rules = rules;
    this.#waiting = new Waiting(signal);
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, { perMessageDeflate: false, ...socket });
    this.socket.on('message', (data) => this.#take(String(data as Buffer)));
    this.socket.on('close', (code) => {
      this.closed = code;
      this.#waiting.fail(new Error('nothing more comes'));
    });
    this.socket.on('unexpected-response', (_, response) => {
      response.resume();
      this.#waiting.fail(new Refused(response.statusCode ?? 0));
    });
    this.socket.on('error', (error) => this.#waiting.fail(error));
    signal.addEventListener('abort', () => this.socket.terminate(), { once: true });
  }

  /** False as soon as either side has begun to close it. */
  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(frame: ClientFrame | Record<string, unknown> | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Waits for a frame, also one that has come already. */
  frame<O extends ServerFrame['op']>(op: O, from = 0): Promise<Extract<ServerFrame, { op: O }>> {
    const find = () => this.frames.slice(from).find((frame) => frame.op === op) as Extract<ServerFrame, { op: O }>;
    return this.#waiting.until(find, () => `waited for the frame ${op}; ${this.summary()}`);
  }

  /** Waits for an event, also one that has come already. */
  event<T extends GatewayEventName>(t: T, matches: (d: GatewayEventData<T>) => boolean = () => true) {
    const find = () =>
      this.events().find((event) => event.t === t && matches(event.d as GatewayEventData<T>))?.d as
        | GatewayEventData<T>
        | undefined;
    return this.#waiting.until(find, () => `waited for ${t}; ${this.summary()}`);
  }

  /** Waits until a condition holds that frames may bring about. */
  until<T>(find: () => T | undefined | false, what: string): Promise<T> {
    return this.#waiting.until(find, () => `waited until ${what}; ${this.summary()}`);
  }

  /** Sends heartbeats as long as it is open, as clients do; their answers are not among the frames. */
  async staysAwake(): Promise<void> {
    const { heartbeat } = await this.frame('hello');
    const beat = () => {
      this.#ownBeats++;
      this.send({ op: 'heartbeat', seq: this.count });
    };
    const beating = setInterval(beat, heartbeat / 2);
    this.socket.once('close', () => clearInterval(beating));
  }

  /** Waits for the homeserver to close the socket. */
  closing(): Promise<number> {
    return this.#waiting.until(
      () => this.closed,
      () => `waited for the socket to be closed; ${this.summary()}`,
    );
  }

  events(): GatewayEvent[] {
    return this.frames.filter((frame) => frame.op === 'event') as unknown as GatewayEvent[];
  }

  summary(): string {
    const runs: { name: string; times: number }[] = [];
    for (const frame of this.frames) {
      const name = frame.op === 'event' ? frame.t : frame.op;
      const last = runs.at(-1);
      if (last?.name === name) last.times++;
      else runs.push({ name, times: 1 });
    }
    const names = runs.map(({ name, times }) => (times === 1 ? name : `${times} × ${name}`));
    return `came: ${names.join(', ') || 'nothing'}${this.closed === undefined ? '' : `, closed with ${this.closed}`}`;
  }

  close(code = 1000): void {
    if (this.isOpen) this.socket.close(code);
    else this.socket.terminate();
  }

  #take(text: string): void {
    const frame = JSON.parse(text) as ServerFrame;
    this.#rules.check(
      clause.frames,
      frameCheckers.get(frame.op)?.(frame) ?? false,
      () => `frame: ${text.slice(0, 500)}`,
    );
    if (frame.op === 'heartbeat_ack' && this.#ownBeats > 0) return void this.#ownBeats--;
    this.frames.push(frame);
    this.texts.push(text);
    if (frame.op === 'ready') {
      this.count = 0;
      this.state = frame.d;
    }
    if (frame.op === 'event') {
      const { t, d } = frame;
      this.count++;
      this.#rules.check(clause.events, eventCheckers.get(t)?.(d) ?? false, () => `event: ${text.slice(0, 500)}`);
      if (this.state) this.state = applyEvent(this.state, { t, d } as GatewayEvent);
    }
    this.#waiting.look();
  }
}
