import { createEffect, createRoot } from 'solid-js';
import { sendToLoudspeaker } from './loudspeaker.ts';
import { hearingOf, voiceSettings } from './voice-settings.ts';

let amplifier: AudioContext | undefined;

/** Plays a sound of somebody as loud as it is wanted; returns what ends it. */
export function playSound(user: string, track: MediaStreamTrack, deafened: () => boolean): () => void {
  const stream = new MediaStream([track]);
  const element = document.createElement('audio');
  element.dataset['voice'] = user;
  element.autoplay = true;
  element.srcObject = stream;
  document.body.append(element);
  void element.play().catch(() => playAfterPress(element));

  const amplified = amplify(stream);
  const stopEffects = createRoot((dispose) => {
    createEffect(() => {
      const { volume, muted } = hearingOf(user);
      const silent = muted || deafened();
      element.volume = Math.min(volume, 1);
      // Elements go up to what came; more is added by a second path, and the first one keeps the track alive.
      element.muted = silent || volume > 1;
      amplified.set(silent || volume <= 1 ? 0 : volume);
    });
    createEffect(() => {
      const { speaker } = voiceSettings();
      void element.setSinkId?.(speaker).catch(() => undefined);
      if (amplifier) void sendToLoudspeaker(amplifier);
    });
    return dispose;
  });
  return () => {
    stopEffects();
    amplified.close();
    element.srcObject = null;
    element.remove();
  };
}

function amplify(stream: MediaStream): { set(volume: number): void; close(): void } {
  let source: MediaStreamAudioSourceNode | undefined;
  let gain: GainNode | undefined;
  const close = () => {
    source?.disconnect();
    gain?.disconnect();
    source = gain = undefined;
  };
  const set = (volume: number) => {
    if (volume === 0) return close();
    if (!amplifier) void sendToLoudspeaker((amplifier = new AudioContext()));
    void amplifier.resume();
    if (!gain) {
      source = amplifier.createMediaStreamSource(stream);
      gain = amplifier.createGain();
      source.connect(gain).connect(amplifier.destination);
    }
    gain.gain.value = volume;
  };
  return { set, close };
}

/** Browsers let a page play sound only after somebody pressed something in it. */
function playAfterPress(element: HTMLAudioElement): void {
  const play = () => void element.play().catch(() => undefined);
  for (const name of ['pointerdown', 'keydown'] as const) addEventListener(name, play, { once: true });
}
