import type { Source } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { createEffect, createRoot } from 'solid-js';
import { sendToLoudspeaker } from './loudspeaker.ts';
import { turnedDownTo } from './turned-down.ts';
import { voiceNow } from './voice-now.ts';
import { hearingOf, voiceSettings } from './voice-settings.ts';

let amplifier: AudioContext | undefined;

interface Sound {
  user: string;
  source: Source;
  track: MediaStreamTrack;
}

/** Plays a sound of somebody as loud as it is wanted; returns what ends it. */
export function playSound({ user, source, track }: Sound): () => void {
  const stream = new MediaStream([track]);
  const element = document.createElement('audio');
  element.dataset['voice'] = user;
  element.dataset['source'] = source;
  element.autoplay = true;
  element.srcObject = stream;
  document.body.append(element);
  void element.play().catch(() => playAfterPress(element));

  const amplified = amplify(stream);
  const stopEffects = createRoot((dispose) => {
    createEffect(() => {
      const { volume, muted } = hearingOf(user);
      const silent = muted || voiceNow.deafened;
      const loudness = volume * (source === 'mic' ? turnedDownTo(user) : 1);
      element.volume = Math.min(loudness, 1);
      // Elements go up to what came; more is added by a second path, and the first one keeps the track alive.
      element.muted = silent || volume > 1;
      amplified.set(silent || volume <= 1 ? 0 : loudness);
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
