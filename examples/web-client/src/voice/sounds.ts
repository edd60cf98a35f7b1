import { voiceSettings } from './voice-settings.ts';

type Name = 'joined' | 'left' | 'muted' | 'unmuted';

/** Hertz, one note after the other. */
const tunes: Record<Name, readonly number[]> = {
  joined: [523, 784],
  left: [659, 440],
  muted: [392],
  unmuted: [587],
};

let context: AudioContext | undefined;

/** A short sound, made here, so that nothing has to be loaded. */
export function sound(name: Name): void {
  if (!voiceSettings().sounds) return;
  context ??= new AudioContext();
  void context.resume();
  tunes[name].forEach((hertz, at) => note(context!, hertz, context!.currentTime + at * 0.09));
}

function note(audio: AudioContext, hertz: number, start: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = 'triangle';
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.09, start + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0005, start + 0.16);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.18);
}
