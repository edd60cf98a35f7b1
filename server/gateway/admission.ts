import type { ClientFrame } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { serverFrame } from './bundle.ts';
import type { ConnectionCounts } from './connection-counts.ts';
import { type CloseName, type GatewaySocket, socketOf } from './gateway-socket.ts';
import type { GatewayLimits } from './limits.ts';
import type { Opening, Openings } from './openings.ts';
import type { GatewayPorts, SessionWatcher, VoiceDoor } from './ports.ts';
import { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { SpaceViews } from './space-views.ts';

/** What the sockets of clients work with. */
export interface GatewayParts {
  limits: GatewayLimits;
  counts: ConnectionCounts;
  sessions: Sessions;
  views: SpaceViews;
  openings: Openings;
  ports: GatewayPorts;
  presence: SessionWatcher;
  voice: VoiceDoor | undefined;
  log: Log;
  now: () => number;
}

interface AdmissionParts extends GatewayParts {
  close: (socket: GatewaySocket, name: CloseName) => void;
  end: (session: Session, name: CloseName) => void;
}

interface Identity {
  user: string;
  session: string;
  bot?: boolean;
}

type Identify = ClientFrame & { op: 'identify' };
type Resume = ClientFrame & { op: 'resume' };

const invalidSession = serverFrame({ op: 'invalid_session' });

/** From a socket that says who it is to one with a session, new or resumed. [GW-4] [GW-5] */
export class Admission {
  readonly #parts: AdmissionParts;
  /** For each client that is being looked up what ended meanwhile, so that no session opens for it. */
  readonly #attempts = new Set<Set<string>>();
  /** How often each user identified since a time. */
  readonly #identified = new Map<string, number>();
  #identifiedSince = 0;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** A user, or a session of one, that has ended: whoever is being looked up for it does not get in. */
  refuse(id: string): void {
    for (const ended of this.#attempts) ended.add(id);
  }

  async admit(socket: GatewaySocket, message: Identify | Resume): Promise<void> {
    const { log, close } = this.#parts;
    const ended = new Set<string>();
    this.#attempts.add(ended);
    socket.state = 'opening';
    try {
      await this.#admit(socket, message, (who) => ended.has(who.user) || ended.has(who.session));
    } catch (error) {
      // The account is gone: that is no fault of ours.
      if (error instanceof Refusal) return close(socket, 'authentication_ended');
      log.error({ err: error }, 'a gateway session could not be opened');
      close(socket, 'restart');
    } finally {
      this.#attempts.delete(ended);
    }
  }

  async #admit(socket: GatewaySocket, message: Identify | Resume, hasEnded: (who: Identity) => boolean): Promise<void> {
    const { ports, openings, close } = this.#parts;
    const token = message.token ?? socket.cookieToken;
    const who = token === undefined ? undefined : await ports.authenticate(token);
    if (isClosed(socket)) return;
    if (who === undefined || hasEnded(who)) return close(socket, 'authentication_ended');
    if (message.op === 'resume') return this.#resume(socket, who, message);
    if (this.#isTooMuch(who.user)) return close(socket, 'too_fast');
    await openings.open(who.user, (opening) => {
      if (isClosed(socket)) return;
      if (hasEnded(who)) close(socket, 'authentication_ended');
      else this.#ready(socket, who, opening);
    });
  }

  #ready(socket: GatewaySocket, who: Identity, { state, views, pos }: Opening): void {
    const { sessions, presence } = this.#parts;
    const { user, session: login, bot = false } = who;
    const session = new Session({ id: randomId('g_'), user, login, bot, from: pos }, socket);
    this.#join(socket, session);
    sessions.add(session);
    this.#parts.views.blocked.opened(state);
    for (const { id, me } of state.spaces) {
      const view = views.get(id);
      if (view !== undefined) this.#parts.views.enter(session, view, me.roles, pos);
    }
    socket.raw.write(serverFrame({ op: 'ready', session: session.id, login: who.session, d: state }));
    presence.opened(session, state.account.presence);
  }

  /** What cannot be resumed looks the same, whoever it belongs to. */
  #resume(socket: GatewaySocket, who: Identity, { session: id, seq }: Resume): void {
    const { sessions, presence, voice, now, close, end } = this.#parts;
    const session = sessions.get(id);
    if (session === undefined || session.user !== who.user || session.login !== who.session)
      return this.#refuseResume(socket);
    const missed = session.missed(seq);
    if (missed === undefined) {
      end(session, 'bad_sequence');
      return seq > session.count ? close(socket, 'bad_sequence') : this.#refuseResume(socket);
    }
    const before = socketOf(session);
    if (before !== undefined) close(before, 'replaced');
    this.#join(socket, session);
    sessions.attach(session);
    socket.raw.write(serverFrame({ op: 'resumed', replayed: missed }));
    session.resume(socket, seq, now());
    presence.resumed(session);
    voice?.resumed(session);
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

const isClosed = (socket: GatewaySocket) => socket.state === 'closed';
