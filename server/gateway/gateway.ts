import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { networkOf } from '../http/client-address.ts';
import type { Database } from '../storage/database.ts';
import type { ShowAsNow, Signal, Signals } from '../streams/signals.ts';
import type { Tail, TailBatch, TailEvent } from '../streams/tail.ts';
import { AccessChanges } from './access-changes.ts';
import { eventFrame, serverFrame } from './bundle.ts';
import { Clients } from './clients.ts';
import { ConnectionCounts } from './connection-counts.ts';
import { FanOut } from './fan-out.ts';
import { createWebSocketServer, type GatewaySocket, socketOf } from './gateway-socket.ts';
import { type GatewayLimits, limits as usualLimits } from './limits.ts';
import { Openings } from './openings.ts';
import type { GatewayPorts, GatewaySession, SessionWatcher, VoiceDoor } from './ports.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { SpaceViews } from './space-views.ts';
import { Turns } from './turns.ts';
import { refusalOf, refusedUpgrades, refuseUpgrade } from './upgrade.ts';

export interface GatewayOptions {
  database: Pick<Database, 'read'>;
  tail: Pick<Tail, 'listen' | 'whenTold'>;
  signals: Pick<Signals, 'listen'>;
  ports: GatewayPorts;
  presence: SessionWatcher;
  voice?: VoiceDoor;
  clock: Clock;
  log: Log;
  publicUrl: string;
  /** Address of a client, behind trusted proxies the one they name. */
  addressOf: (request: IncomingMessage) => string;
  /** Access token in the session cookie. */
  cookieOf: (request: IncomingMessage) => string | undefined;
  /** False for benchmarks: no caps for each network, no limit on frames. */
  rateLimits: boolean;
  limits?: Partial<GatewayLimits>;
}

const withoutRates: Partial<GatewayLimits> = { framesPerMinute: Infinity, identifiesPerMinute: Infinity };

/** The live connection to clients: who they are, what they are told, and that they miss nothing. [GW-1] */
export class Gateway implements AsyncDisposable {
  readonly #options: GatewayOptions;
  readonly #server: ReturnType<typeof createWebSocketServer>;
  readonly #counts: ConnectionCounts;
  readonly #sessions = new Sessions();
  readonly #fanOut: FanOut;
  readonly #views: SpaceViews;
  readonly #turns = new Turns();
  readonly #openings: Openings;
  readonly #accessChanges: AccessChanges;
  readonly #clients: Clients;
  readonly #sweep: NodeJS.Timeout;
  #held: Signal[] = [];
  #isDraining = false;

  constructor(options: GatewayOptions) {
    const { ports, database, clock, presence, rateLimits, log } = options;
    const limits: GatewayLimits = {
      ...usualLimits,
      ...(rateLimits ? {} : withoutRates),
      ...options.limits,
    };
    const now = () => clock.now();
    const sessions = this.#sessions;
    this.#options = options;
    this.#server = createWebSocketServer(limits);
    this.#counts = new ConnectionCounts(limits, rateLimits);
    this.#fanOut = new FanOut({ limits, now, onBehind: (session) => this.#clients.dropBehind(session) });
    this.#views = new SpaceViews(sessions, this.#fanOut, now);
    this.#openings = new Openings({
      database,
      ports,
      views: this.#views,
      turns: this.#turns,
      onRead: () => this.#tellHeld(),
    });
    const onLeft = (user: string) => presence.leftSpace(user);
    this.#accessChanges = new AccessChanges({ ports, sessions, views: this.#views, fanOut: this.#fanOut, onLeft });
    this.#clients = new Clients({
      limits,
      counts: this.#counts,
      sessions,
      views: this.#views,
      openings: this.#openings,
      ports,
      presence,
      voice: options.voice,
      log,
      now,
    });
    options.voice?.connect((told, t, d) => this.#notify(told, t, d, limits.sendQueueBytes));
    presence.connect((told, t, d) => {
      this.#fanOut.add(told as Iterable<Session>, eventFrame(t, d), Infinity);
      this.#fanOut.flushSoon();
    });
    options.tail.listen((batch) => this.#turns.take(() => this.#tell(batch)));
    options.signals.listen((signal) => this.#take(signal));
    this.#sweep = setInterval(() => this.#clients.sweep(), limits.sweepMs);
    this.#sweep.unref();
  }

  get size(): { sockets: number; sessions: number } {
    return { sockets: this.#clients.sockets.size, sessions: this.#sessions.size };
  }

  /** For the `upgrade` event of the HTTP server: takes or refuses each. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { publicUrl, addressOf, cookieOf } = this.#options;
    const network = networkOf(addressOf(request));
    const refusal =
      refusalOf(request, publicUrl) ?? (this.#isDraining ? refusedUpgrades.full : this.#counts.refusalFor(network));
    if (refusal !== undefined) return refuseUpgrade(socket, refusal);
    const cookieToken = cookieOf(request);
    this.#server.handleUpgrade(request, socket, head, (opened) =>
      this.#clients.opened(opened as GatewaySocket, socket as Socket, network, cookieToken),
    );
  }

  /** Sends everybody away, each to come back at a time of its own, waits for them to go, and closes. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#fanOut.flushAll();
    const { sockets } = this.#clients;
    const spread = Math.min(10_000, 500 + sockets.size * 2);
    for (const socket of sockets) {
      if (socket.state !== 'closed')
        socket.raw.write(serverFrame({ op: 'reconnect', after: Math.round(Math.random() * spread) }));
      this.#clients.close(socket, 'restart');
    }
    const patience = performance.now() + 2_000;
    while (sockets.size > 0 && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 20));
    await this.close();
  }

  /** Ends all at once. */
  async close(): Promise<void> {
    this.#isDraining = true;
    clearInterval(this.#sweep);
    for (const session of [...this.#sessions.all()]) this.#clients.end(session, 'restart');
    for (const socket of this.#clients.sockets) socket.terminate();
    await this.#turns.take(async () => this.#fanOut.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whoever does not read is closed rather than left without a notice. */
  #notify(told: Iterable<GatewaySession>, t: string, d: object, most: number): void {
    let frame: Buffer | undefined;
    for (const session of told) {
      const socket = socketOf(session as Session);
      if (socket === undefined) continue;
      if (socket.raw.writableLength > most) this.#clients.close(socket, 'too_slow');
      else socket.raw.write((frame ??= serverFrame({ op: 'voice_notice', t, d })));
    }
  }

  async #tell({ reader, events }: TailBatch): Promise<void> {
    if (this.#sessions.size === 0 || this.#isDraining) return;
    let head: number | undefined;
    for (const told of events) {
      // A new role changes nothing yet, but whoever is given it is looked at with what is known here.
      if (told.changesAccess || told.event.type === 'role.create') head = await this.#followAccess(told, reader, head);
      for (const shown of told.shown) this.#views.show(shown, told.event.pos, told.event.actor);
    }
    this.#views.reached(events.at(-1)?.event.pos ?? 0);
    this.#fanOut.flushSoon();
  }

  /** A session that was opened after `pos` knows more than this. */
  async #tellAsNow(show: ShowAsNow, reader: TailBatch['reader'], pos: number): Promise<void> {
    if (this.#sessions.size === 0 || this.#isDraining) return;
    for (const shown of await show(reader)) this.#views.show(shown, pos + 1);
    this.#fanOut.flushSoon();
  }

  /** Where it cannot be found out who may see what, nobody sees anything: they come back and are looked at anew. */
  async #followAccess({ event }: TailEvent, reader: TailBatch['reader'], known?: number): Promise<number | undefined> {
    let head = known;
    try {
      head ??= await this.#options.ports.head(reader);
      await this.#accessChanges.follow(event, reader, head);
    } catch (error) {
      this.#options.log.error(
        { err: error, type: event.type, pos: event.pos },
        'rights could not be read; the sessions of a space are ended',
      );
      for (const session of this.#views.drop(event.space)) this.#clients.end(session, 'restart');
      // Whoever was about to join was not in it yet.
      for (const session of [...this.#sessions.ofUser(event.actor)]) this.#clients.end(session, 'restart');
    }
    return head;
  }

  /** What there is to see in a space changed without an event. */
  async #readAccess(space: string): Promise<void> {
    const { database, ports, log } = this.#options;
    try {
      await database.read(async (reader) => this.#accessChanges.readAgain(space, reader, await ports.head(reader)));
      this.#fanOut.flushSoon();
    } catch (error) {
      log.error({ err: error, space }, 'rights could not be read; the sessions of a space are ended');
      for (const session of this.#views.drop(space)) this.#clients.end(session, 'restart');
    }
  }

  #take(signal: Signal): void {
    switch (signal.kind) {
      case 'session_ended':
        return this.#clients.endLogin(signal.session);
      case 'user_ended':
        return this.#clients.endUser(signal.user);
      case 'shown_as_now':
        return this.#options.tail.whenTold((reader, pos) =>
          this.#turns.take(() => this.#tellAsNow(signal.show, reader, pos)),
        );
      default:
        // Whoever is being opened may have been read before this, and is not yet there to be told.
        if (this.#openings.isReading) this.#held.push(signal);
        else this.#tellSignal(signal);
    }
  }

  #tellSignal(signal: Signal): void {
    if (signal.kind === 'relations') this.#options.presence.relationsChanged(signal.user);
    if (signal.kind === 'presence') this.#options.presence.settingChanged(signal.user);
    if (signal.kind === 'access') void this.#turns.take(() => this.#readAccess(signal.space));
    if (signal.kind !== 'shown') return;
    this.#views.show(signal.shown, Infinity);
    this.#fanOut.flushSoon();
  }

  #tellHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const signal of held) this.#tellSignal(signal);
  }
}
