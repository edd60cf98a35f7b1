import type { ClientFrame, ServerFrame } from '../schemas/gateway/frames.ts';

/** Time for the socket to open and for an answer to a heartbeat; after it the connection counts as dead. */
const patienceMs = 10_000;

export interface GatewaySocketOptions {
  url: string;
  WebSocket: typeof WebSocket;
  random: () => number;
  /** Number of `event` frames taken, for the heartbeats. */
  count: () => number;
  onFrame: (frame: ServerFrame) => void;
  /** Called once, when the socket is closed or dead; 1006 where no close code came. */
  onGone: (code: number) => void;
}

export interface GatewaySocket {
  send(frame: ClientFrame): void;
  /** Asks for a sign of life now instead of at the next heartbeat. */
  probe(): void;
  /** Lets go of the socket without waiting for the other side; `onGone` is not called. */
  drop(code: number): void;
}

/** One socket of the gateway: its frames, its heartbeats, and whether anybody is still there. [GW-4] */
export function openGatewaySocket(options: GatewaySocketOptions): GatewaySocket {
  const { random, count, onFrame, onGone } = options;
  const socket = new options.WebSocket(options.url);
  let gone = false;
  let beat: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined = setTimeout(dead, patienceMs);

  function leave(): void {
    gone = true;
    clearTimeout(beat);
    clearTimeout(patience);
  }

  /** A dead peer answers no close handshake either, so its close event is not waited for. */
  function dead(): void {
    if (gone) return;
    drop(4100);
    onGone(1006);
  }

  function drop(code: number): void {
    leave();
    try {
      socket.close(code);
    } catch {
      // Still connecting: closing it fails it, which is what is wanted.
    }
  }

  function send(frame: ClientFrame): void {
    if (!gone && socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  }

  function probe(): void {
    send({ op: 'heartbeat', seq: count() });
    patience ??= setTimeout(dead, patienceMs);
  }

  function beatEvery(interval: number): void {
    const next = (wait: number) => {
      beat = setTimeout(() => {
        probe();
        next(interval);
      }, wait);
    };
    // The first one at a random time: clients that came back together do not beat together.
    next(interval * random());
  }

  socket.addEventListener('message', (message) => {
    if (gone) return;
    clearTimeout(patience);
    patience = undefined;
    const frame = frameOf(message.data);
    if (frame === undefined) return dead();
    if (frame.op === 'hello') beatEvery(frame.heartbeat);
    onFrame(frame);
  });
  socket.addEventListener('close', (event) => {
    if (gone) return;
    leave();
    onGone(event.code);
  });
  return { send, probe, drop };
}

function frameOf(data: unknown): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === 'object' && frame !== null && 'op' in frame ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
