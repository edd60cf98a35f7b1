import {
  createGatewayClient,
  type GatewayClient,
  type GatewayState,
  gatewayUrl,
} from '@folkmoot/protocol-spec/client/gateway-client.ts';
import type {
  GatewayEvent,
  GatewayEventData,
  GatewayEventName,
  OpeningState,
} from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { type AnyVoiceNotice, VoiceError } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import type { VoiceAnswer, VoiceMethod, VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { createSignal } from 'solid-js';
import { http, loggedOut } from './api.ts';

type Listener<T extends GatewayEventName> = (data: GatewayEventData<T>) => void;

const [connection, setConnection] = createSignal<GatewayState>('connecting');
const [retryAt, setRetryAt] = createSignal<number>();
const opened = new Set<(state: OpeningState) => void>();
const anyEvent = new Set<(event: GatewayEvent) => void>();
const voiceNotices = new Set<(notice: AnyVoiceNotice) => void>();
const listeners = new Map<GatewayEventName, Set<Listener<GatewayEventName>>>();
let gateway: GatewayClient | undefined;
let idleTimer: ReturnType<typeof setTimeout> | undefined;

const idleAfterMs = 5 * 60_000;

/** How the connection stands, and when the next try is. */
export { connection, retryAt };

/** Told of each whole new state; what was known before is to be replaced. Returns what ends it. */
export function onOpened(listener: (state: OpeningState) => void): () => void {
  opened.add(listener);
  return () => opened.delete(listener);
}

/** Told of each event, before those who listen for one kind. */
export function onAnyEvent(listener: (event: GatewayEvent) => void): void {
  anyEvent.add(listener);
}

/** Told of the events of one kind; returns what ends it. */
export function onEvent<T extends GatewayEventName>(name: T, listener: Listener<T>): () => void {
  const all = listeners.get(name) ?? new Set();
  listeners.set(name, all);
  all.add(listener as Listener<GatewayEventName>);
  return () => all.delete(listener as Listener<GatewayEventName>);
}

/** Connects and stays connected. */
export function connect(): void {
  gateway?.close();
  setConnection('connecting');
  gateway = createGatewayClient({
    url: gatewayUrl(''),
    renew: () => http.refresh(),
    onReady: (state) => {
      for (const listener of opened) listener(state);
    },
    onEvent: (event) => {
      for (const listener of anyEvent) listener(event);
      for (const listener of listeners.get(event.t) ?? []) listener(event.d);
    },
    onVoiceNotice: (notice) => {
      for (const listener of voiceNotices) listener(notice);
    },
    onState: (state, detail) => {
      setConnection(state);
      setRetryAt(detail.retryIn === undefined ? undefined : Date.now() + detail.retryIn);
      if (state === 'ended' && detail.code !== 1000) loggedOut();
    },
  });
}

export function disconnect(): void {
  gateway?.close();
  gateway = undefined;
}

/** Tries again now instead of at the next turn. */
export function wake(): void {
  gateway?.wake();
}

/** Asks for something about voice; rejects with `VoiceError`. */
export async function voice<M extends VoiceMethod>(method: M, d: VoiceRequest<M>): Promise<VoiceAnswer<M>> {
  if (!gateway) throw new VoiceError({ code: 'unavailable', message: 'Not connected.' });
  return gateway.voice(method, d);
}

/** Told of what concerns the voice channel one is in; returns what ends it. */
export function onVoiceNotice(listener: (notice: AnyVoiceNotice) => void): () => void {
  voiceNotices.add(listener);
  return () => voiceNotices.delete(listener);
}

/** Says whose presence is in view. */
export function watch(users: readonly string[]): void {
  gateway?.watch(users);
}

function stirred(): void {
  clearTimeout(idleTimer);
  gateway?.idle(false);
  idleTimer = setTimeout(() => gateway?.idle(true), idleAfterMs);
}

addEventListener('online', wake);
for (const name of ['pointerdown', 'keydown', 'focus'] as const) addEventListener(name, stirred, { passive: true });
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  wake();
  stirred();
});
