import type { Socket } from 'node:net';
import type { ClientFrame } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import { Refusal } from '../base/errors.ts';
import { failureOf } from '../http/error-answer.ts';
import { Admission, type GatewayParts } from './admission.ts';
import { serverFrame } from './bundle.ts';
import { clientFrameOf } from './client-frames.ts';
import { type CloseName, type GatewaySocket, type SocketKeeper, socketOf } from './gateway-socket.ts';
import type { Session } from './session.ts';

const acknowledged = serverFrame({ op: 'heartbeat_ack' });

/** The sockets of clients: what they say, which session they belong to, and when they are let go. */
export class Clients implements SocketKeeper {
  readonly #parts: GatewayParts;
  readonly #hello: Buffer;
  readonly #sockets = new Set<GatewaySocket>();
  readonly #admission: Admission;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#hello = serverFrame({ op: 'hello', heartbeat: parts.limits.heartbeatMs });
    this.#admission = new Admission({
      ...parts,
      close: (socket, name) => this.close(socket, name),
      end: (session, name) => this.end(session, name),
    });
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
    if (socket.state === 'closed') return socket.ignore(data.length, limits);
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
    const { limits, now } = this.#parts;
    if (socket.state === 'closed') return socket.ignore(0, limits);
    if (!socket.count(now(), limits)) return this.close(socket, 'too_fast');
    if (data !== undefined) socket.pong(data);
  }

  /** A client that closes with 1000 does not come back, also while the connection below is still open; any other may. [GW-12] */
  left(socket: GatewaySocket): void {
    const { session } = socket;
    if (session?.socket === socket) this.end(session);
  }

  gone(socket: GatewaySocket, code: number | undefined): void {
    this.#release(socket);
    if (code !== undefined && this.#sockets.delete(socket)) this.#parts.counts.closed(socket.network);
  }

  close(socket: GatewaySocket, name: CloseName): void {
    this.#release(socket);
    socket.closeAs(name);
  }

  /** Forgets a session; its socket, if there is one, is closed. */
  end(session: Session, name: CloseName = 'authentication_ended'): void {
    const { sessions, views, presence, voice } = this.#parts;
    if (sessions.get(session.id) !== session) return;
    sessions.remove(session);
    views.leaveAll(session);
    session.pending = undefined;
    presence.ended(session);
    voice?.ended(session);
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
    this.#admission.refuse(login);
    for (const session of this.#parts.sessions.ofLogin(login)) this.end(session);
  }

  endUser(user: string): void {
    this.#admission.refuse(user);
    for (const session of [...this.#parts.sessions.ofUser(user)]) this.end(session);
  }

  /** Looks for what has been silent, stalled or away for too long. */
  sweep(): void {
    const { limits, sessions, now } = this.#parts;
    const time = now();
    const silentSince = time - limits.heartbeatMs * (limits.missedHeartbeats + 0.5);
    for (const socket of this.#sockets) {
      if (socket.state === 'closed') continue;
      const isSilent =
        socket.state === 'new' ? time - socket.openedAt >= limits.identifyMs : socket.heardAt < silentSince;
      if (isSilent) this.close(socket, 'silent');
      else if (socket.session?.isStalled(time, limits)) this.close(socket, 'too_slow');
    }
    for (const session of sessions.detachedBefore(time - limits.detachedMs)) this.end(session);
  }

  #obey(socket: GatewaySocket, message: ClientFrame): void {
    const { presence } = this.#parts;
    if (message.op === 'identify' || message.op === 'resume') {
      if (socket.state !== 'new') return this.close(socket, 'already_identified');
      return void this.#admission.admit(socket, message);
    }
    const { session } = socket;
    // The first heartbeat may come while a client is being looked up.
    if (socket.state === 'opening' && message.op === 'heartbeat') return void socket.raw.write(acknowledged);
    if (session === undefined) return this.close(socket, 'not_identified');
    switch (message.op) {
      case 'heartbeat':
        if (!session.acknowledge(message.seq)) return this.end(session, 'bad_sequence');
        return void socket.raw.write(acknowledged);
      case 'watch':
        return presence.watch(session, message.users);
      case 'idle':
        return presence.idle(session, message.idle);
      case 'voice':
        return void this.#askVoice(session, message);
    }
  }

  async #askVoice(session: Session, { id, method, d }: ClientFrame & { op: 'voice' }): Promise<void> {
    const { voice } = this.#parts;
    const answer = voice
      ? await voice.answer(session, method, d)
      : { error: failureOf(new Refusal('voice_off'), '').answer };
    socketOf(session)?.raw.write(serverFrame({ op: 'voice', id, ...answer }));
  }

  /** A socket that is not listened to any more; its session waits for another. */
  #release(socket: GatewaySocket): void {
    if (socket.state === 'closed') return;
    const { sessions, counts, presence, voice, limits, now } = this.#parts;
    const { session } = socket;
    if (socket.state !== 'open') counts.waited(socket.network);
    socket.state = 'closed';
    socket.session = undefined;
    if (session?.socket !== socket) return;
    session.detach(now());
    presence.detached(session);
    voice?.detached(session);
    for (const surplus of sessions.detach(session, limits)) this.end(surplus);
  }
}
