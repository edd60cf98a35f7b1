import { createSignal } from 'solid-js';
import { createStore } from 'solid-js/store';

const [sentAt, setSentAt] = createStore<Record<string, number>>({});
const [refusedUntil, setRefusedUntil] = createStore<Record<string, number>>({});
const [tick, setTick] = createSignal(Date.now());
setInterval(() => setTick(Date.now()), 500);

/** The own last message in a channel was just taken. */
export function noteSent(channel: string): void {
  setSentAt(channel, Date.now());
  setTick(Date.now());
}

/** The homeserver said how long to wait. */
export function noteSlowMode(channel: string, ms: number): void {
  setRefusedUntil(channel, Date.now() + ms);
  setTick(Date.now());
}

/** Seconds until the next message may be sent; the homeserver decides, this only saves a refusal. */
export function secondsToWait(channel: string, slowMode: number): number {
  const until = Math.max(slowMode > 0 ? (sentAt[channel] ?? 0) + slowMode * 1000 : 0, refusedUntil[channel] ?? 0);
  return Math.max(0, Math.ceil((until - tick()) / 1000));
}
