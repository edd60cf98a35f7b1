import { createEffect, createRoot, createSignal, untrack } from 'solid-js';
import { myId } from '../spaces/world.ts';
import { isSpeaking, peopleIn, voiceNow } from './voice-now.ts';
import { hearingOf } from './voice-settings.ts';

/** −12 dB. */
const low = 0.25;
const rampMs = 150;
const stepMs = 15;

const [level, setLevel] = createSignal(1);
let ramp: ReturnType<typeof setInterval> | undefined;

const peopleHere = () => (voiceNow.place ? peopleIn(voiceNow.place.space, voiceNow.place.channel) : []);

/** What is left of the microphone of somebody while others speak with priority, 0 to 1. [VOX-24] */
export function turnedDownTo(user: string): number {
  return peopleHere().some((state) => state.user.id === user && state.priority) ? 1 : level();
}

/** Others than oneself: who speaks wants to hear what is said to that. */
const hasPriorityNow = () =>
  peopleHere().some((state) => {
    const { id } = state.user;
    return state.priority && id !== myId() && isSpeaking(state) && !hearingOf(id).muted && hearingOf(id).volume > 0;
  });

createRoot(() => createEffect(() => rampTo(hasPriorityNow() ? low : 1)));

/** By the clock: in a page that is not looked at timers may be slow. */
function rampTo(goal: number): void {
  clearInterval(ramp);
  const from = untrack(level);
  if (from === goal) return;
  const begun = performance.now();
  ramp = setInterval(() => {
    const share = Math.min(1, (performance.now() - begun) / rampMs);
    setLevel(from + (goal - from) * share);
    if (share === 1) clearInterval(ramp);
  }, stepMs);
}
