import type { Socket } from 'node:net';
import { type CloseKind, closeCodes } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { socketOptions } from '../http/socket-options.ts';
import type { GatewayLimits } from './limits.ts';
import type { Session } from './session.ts';

export type CloseName = keyof typeof closeCodes;

/** `new`: has not said who it is; `opening`: that is being looked up; `open`: has a session; `closed`: is not listened to any more. */
type State = 'new' | 'opening' | 'open' | 'closed';

/** Who looks after sockets. The handlers are shared by all of them. */
export interface SocketKeeper {
  received(socket: GatewaySocket, data: Buffer, isBinary: boolean): void;
  /** `data` is undefined for an answer to a ping. */
  pinged(socket: GatewaySocket, data: Buffer | undefined): void;
  /** The client has closed it as one that does not come back. */
  left(socket: GatewaySocket): void;
  /** Called more than once: at the first sign that nothing more comes, and when the socket is closed. */
  gone(socket: GatewaySocket, code: number | undefined): void;
}

/** A client's socket, and what is known of it before and beside its session. */
export class GatewaySocket extends WebSocket {
  /** Below ws: frames that go to many sockets are written there as they are. */
  raw!: Socket;
  keeper!: SocketKeeper;
  state: State = 'new';
  session: Session | undefined = undefined;
  network = '';
  /** Access token of the cookie that came with the upgrade. */
  cookieToken: string | undefined = undefined;
  openedAt = 0;
  heardAt = 0;
  #windowStart = 0;
  #frames = 0;
  #lateBytes = 0;

  start(raw: Socket, keeper: SocketKeeper, now: number): void {
    this.raw = raw;
    this.keeper = keeper;
    this.openedAt = now;
    this.heardAt = now;
    this.on('message', onMessage);
    this.on('ping', onPing);
    this.on('pong', onPong);
    this.on('error', onError);
    this.on('close', onClose);
  }

  /** Counts a frame of any kind; false where there are too many. */
  count(now: number, limits: GatewayLimits): boolean {
    this.heardAt = now;
    if (now - this.#windowStart >= 60_000) {
      this.#windowStart = now;
      this.#frames = 0;
    }
    return ++this.#frames <= limits.framesPerMinute;
  }

  /** What still comes after the close was sent; whoever goes on and on is not waited for. */
  ignore(bytes: number, limits: GatewayLimits): void {
    this.#lateBytes += bytes + 64;
    if (this.#lateBytes > limits.lateBytes) this.terminate();
  }

  /** ws calls it, too, as its answer to a close of the client, and with 1000 nobody else does. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    if (code === 1000) this.keeper.left(this);
  }

  closeAs(name: CloseName): void {
    const kind: CloseKind = closeCodes[name];
    this.close(kind.code, kind.message);
  }
}

/** Sockets of sessions are always of this kind. */
export const socketOf = (session: Session) => session.socket as GatewaySocket | undefined;

function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  (this as GatewaySocket).keeper.received(this as GatewaySocket, data as Buffer, isBinary);
}

function onPing(this: WebSocket, data: Buffer): void {
  (this as GatewaySocket).keeper.pinged(this as GatewaySocket, data);
}

function onPong(this: WebSocket): void {
  (this as GatewaySocket).keeper.pinged(this as GatewaySocket, undefined);
}

/** What broke the rules of WebSocket: ws closes with the code for it. */
function onError(this: WebSocket): void {
  (this as GatewaySocket).keeper.gone(this as GatewaySocket, undefined);
}

function onClose(this: WebSocket, code: number): void {
  (this as GatewaySocket).keeper.gone(this as GatewaySocket, code);
}

export function createWebSocketServer(limits: GatewayLimits): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    ...socketOptions,
    maxPayload: limits.frameBytes,
    maxFragments: limits.fragments,
    maxBufferedChunks: limits.chunks,
    closeTimeout: limits.closeMs,
    WebSocket: GatewaySocket,
  } as ServerOptions);
}
