import type { Socket } from 'node:net';
import type { ClientFrame, ServerFrame } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import type { Log } from '../base/log.ts';
import { textFrame } from './bundle.ts';
import { clientFrameOf } from './client-frames.ts';
import type { ConnectionCounts } from './connection-counts.ts';
import type { CloseName, GatewaySocket, SocketKeeper } from './gateway-socket.ts';
import type { GatewayLimits } from './limits.ts';
import type { Opening, Openings } from './openings.ts';
import type { GatewayPorts, SessionWatcher } from './ports.ts';
import { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { SpaceViews } from './space-views.ts';

export interface ClientsParts {
  limits: GatewayLimits;
  counts: ConnectionCounts;
  sessions: Sessions;
  views: SpaceViews;
  openings: Openings;
  ports: GatewayPorts;
  presence: SessionWatcher;
  log: Log;
  now: () => number;
}

interface Identity {
  user: string;
  session: string;
}

const acknowledged = frame({ op: 'heartbeat_ack' });
const invalidSession = frame({ op: 'invalid_session' });

/** The sockets of clients: what they say, which session they belong to, and when they are let go. */
export class Clients implements SocketKeeper {
  readonly #parts: ClientsParts;
  readonly #hello: Buffer;
  readonly #sockets = new Set<GatewaySocket>();
  /** For each client that is being looked up what ended meanwhile, so that no session opens for it. */
  readonly #attempts = new Set<Set<string>>();

  /** How often each user identified since a time. */
  readonly #identified = new Map<string, number>();
  #identifiedSince = 0;

  constructor(parts: ClientsParts) {
    this.#parts = parts;
    this.#hello = frame({ op: 'hello', heartbeat: parts.limits.heartbeatMs });
  }

  get sockets(): ReadonlySet<GatewaySocket> {
    return this.#sockets;
  }

  opened(socket: GatewaySocket, raw: Socket, network: string, cookieToken: string | undefined): void {
    socket.start(raw, this, this.#parts.now());
    socket.network = network;
    socket.cookieToken = cookieToken;
    this.#sockets.add(socket);
    this.#parts.counts.opened(network);
    raw.write(this.#hello);
  }

  /** Whatever a client sends, it is this client alone that it can harm. */
  received(socket: GatewaySocket, data: Buffer, isBinary: boolean): void {
    const { limits, now, log } = this.#parts;
    if (socket.state === 'closed') return;
    try {
      if (!socket.count(now(), limits)) return this.close(socket, 'too_fast');
      if (socket.state !== 'open' && data.length > limits.frameBytesBeforeIdentify)
        return this.close(socket, 'too_large');
      const message = isBinary ? undefined : clientFrameOf(data);
      if (message === undefined) return this.close(socket, 'bad_frame');
      this.#obey(socket, message);
    } catch (error) {
      log.error({ err: error }, 'a gateway frame could not be handled');
      this.close(socket, 'restart');
    }
  }

  pinged(socket: GatewaySocket, data: Buffer | undefined): void {
    if (socket.state === 'closed') return;
    if (!socket.count(this.#parts.now(), this.#parts.limits)) return this.close(socket, 'too_fast');
    if (data !== undefined) socket.pong(data);
  }

  /** A client that closes with 1000 does not come back; any other may. */
  gone(socket: GatewaySocket, code: number | undefined): void {
    const { session } = socket;
    if (code === 1000 && session?.socket === socket) this.end(session);
    this.#release(socket);
    if (code !== undefined && this.#sockets.delete(socket)) this.#parts.counts.closed(socket.network);
  }

  close(socket: GatewaySocket, name: CloseName): void {
    this.#release(socket);
    socket.closeAs(name);
  }

  /** Forgets a session; its socket, if there is one, is closed. */
  end(session: Session, name: CloseName = 'authentication_ended'): void {
    const { sessions, views, presence } = this.#parts;
    if (sessions.get(session.id) !== session) return;
    sessions.remove(session);
    views.leaveAll(session);
    session.pending = undefined;
    presence.ended(session);
    const socket = socketOf(session);
    session.socket = undefined;
    if (socket !== undefined) this.close(socket, name);
  }

  /** It reads too slowly, or has been away for too much to be replayed. */
  dropBehind(session: Session): void {
    const socket = socketOf(session);
    if (socket === undefined) this.end(session);
    else this.close(socket, 'too_slow');
  }

  endLogin(login: string): void {
    for (const ended of this.#attempts) ended.add(login);
    for (const session of this.#parts.sessions.ofLogin(login)) this.end(session);
  }

  endUser(user: string): void {
    for (const ended of this.#attempts) ended.add(user);
    for (const session of [...this.#parts.sessions.ofUser(user)]) this.end(session);
  }

  /** Looks for what has been silent, stalled or away for too long. */
  sweep(): void {
    const { limits, sessions, now } = this.#parts;
    const time = now();
    const silentSince = time - limits.heartbeatMs * (limits.missedHeartbeats + 0.5);
    for (const socket of this.#sockets) {
      if (socket.state === 'closed') continue;
      if (socket.state === 'open' ? socket.heardAt < silentSince : time - socket.openedAt >= limits.identifyMs)
        this.close(socket, 'silent');
      else if (socket.session?.isStalled(time, limits)) this.close(socket, 'too_slow');
    }
    for (const session of sessions.detachedBefore(time - limits.detachedMs)) this.end(session);
  }

  #obey(socket: GatewaySocket, message: ClientFrame): void {
    const { presence } = this.#parts;
    if (message.op === 'identify' || message.op === 'resume') {
      if (socket.state !== 'new') return this.close(socket, 'already_identified');
      return void this.#begin(socket, message);
    }
    const { session } = socket;
    if (session === undefined) return this.close(socket, 'not_identified');
    switch (message.op) {
      case 'heartbeat':
        if (!session.acknowledge(message.seq)) return this.end(session, 'bad_sequence');
        return void socket.raw.write(acknowledged);
      case 'watch':
        return presence.watch(session, message.users);
      case 'idle':
        return presence.idle(session, message.idle);
    }
  }

  async #begin(socket: GatewaySocket, message: ClientFrame & { op: 'identify' | 'resume' }): Promise<void> {
    const { ports, log } = this.#parts;
    const ended = new Set<string>();
    const hasEnded = (who: Identity) => ended.has(who.user) || ended.has(who.session);
    this.#attempts.add(ended);
    socket.state = 'opening';
    try {
      const token = message.token ?? socket.cookieToken;
      const who = token === undefined ? undefined : await ports.authenticate(token);
      if (isClosed(socket)) return;
      if (who === undefined || hasEnded(who)) return this.close(socket, 'authentication_ended');
      if (message.op === 'resume') return this.#resume(socket, who, message);
      if (this.#isTooMuch(who.user)) return this.close(socket, 'too_fast');
      await this.#parts.openings.open(who.user, (opening) => {
        if (isClosed(socket)) return;
        if (hasEnded(who)) this.close(socket, 'authentication_ended');
        else this.#ready(socket, who, opening);
      });
    } catch (error) {
      log.error({ err: error }, 'a gateway session could not be opened');
      this.close(socket, 'restart');
    } finally {
      this.#attempts.delete(ended);
    }
  }

  #ready(socket: GatewaySocket, who: Identity, { state, views, pos }: Opening): void {
    const { sessions, presence } = this.#parts;
    const session = new Session({ id: randomId('g_'), user: who.user, login: who.session, from: pos }, socket);
    this.#join(socket, session);
    sessions.add(session);
    state.spaces.forEach((space, index) => {
      const view = views[index];
      if (view !== undefined) this.#parts.views.enter(session, view, space.me.roles, pos);
    });
    socket.raw.write(frame({ op: 'ready', session: session.id, login: who.session, d: state }));
    presence.opened(session, state.account.presence);
  }

  /** What cannot be resumed looks the same, whoever it belongs to. */
  #resume(socket: GatewaySocket, who: Identity, message: ClientFrame & { op: 'resume' }): void {
    const { sessions, presence, now } = this.#parts;
    const session = sessions.get(message.session);
    if (session === undefined || session.user !== who.user || session.login !== who.session)
      return this.#refuseResume(socket);
    if (message.seq > session.count) {
      this.end(session);
      return this.close(socket, 'bad_sequence');
    }
    const missed = session.missed(message.seq);
    if (missed === undefined) {
      this.end(session);
      return this.#refuseResume(socket);
    }
    const before = socketOf(session);
    if (before !== undefined) this.close(before, 'replaced');
    this.#join(socket, session);
    sessions.attach(session);
    socket.raw.write(frame({ op: 'resumed', replayed: missed }));
    session.resume(socket, message.seq, now());
    presence.resumed(session);
  }

  #refuseResume(socket: GatewaySocket): void {
    socket.state = 'new';
    socket.raw.write(invalidSession);
  }

  #join(socket: GatewaySocket, session: Session): void {
    this.#parts.counts.waited(socket.network);
    socket.state = 'open';
    socket.session = session;
    socket.cookieToken = undefined;
  }

  /** A socket that is not listened to any more; its session waits for another. */
  #release(socket: GatewaySocket): void {
    if (socket.state === 'closed') return;
    const { sessions, counts, presence, limits, now } = this.#parts;
    const { session } = socket;
    if (socket.state !== 'open') counts.waited(socket.network);
    socket.state = 'closed';
    socket.session = undefined;
    if (session?.socket !== socket) return;
    session.detach(now());
    presence.detached(session);
    for (const surplus of sessions.detach(session, limits)) this.end(surplus);
  }

  #isTooMuch(user: string): boolean {
    const { sessions, limits, now } = this.#parts;
    if (now() - this.#identifiedSince >= 60_000) {
      this.#identifiedSince = now();
      this.#identified.clear();
    }
    const times = (this.#identified.get(user) ?? 0) + 1;
    this.#identified.set(user, times);
    const open = sessions.ofUser(user).filter((session) => session.socket !== undefined).length;
    return times > limits.identifiesPerMinute || open >= limits.socketsPerUser;
  }
}

const socketOf = (session: Session) => session.socket as GatewaySocket | undefined;
const isClosed = (socket: GatewaySocket) => socket.state === 'closed';

function frame(content: ServerFrame): Buffer {
  return textFrame(JSON.stringify(content));
}
