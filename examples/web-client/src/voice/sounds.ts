import { sendToLoudspeaker } from './loudspeaker.ts';
import { voiceSettings } from './voice-settings.ts';

type Name = 'joined' | 'left' | 'muted' | 'unmuted' | 'ring';

/** Hertz, one note after the other. */
const tunes: Record<Name, readonly number[]> = {
  joined: [523, 784],
  left: [659, 440],
  muted: [392],
  unmuted: [587],
  ring: [523, 659, 784, 659],
};

let context: AudioContext | undefined;

/** A short sound, made here, so that nothing has to be loaded. */
export function sound(name: Name): void {
  if (!voiceSettings().sounds) return;
  context ??= new AudioContext();
  void context.resume();
  play(context, name);
}

/** Also where sounds are off: to hear whether the loudspeaker is the right one. */
export function testLoudspeaker(): void {
  context ??= new AudioContext();
  void context.resume();
  play(context, 'ring');
}

const ringEveryMs = 2_800;

/** Rings quietly until what is returned is called. */
export function ring(): () => void {
  const audio = (context ??= new AudioContext());
  let over = false;
  const round = () => {
    // What is told to a sleeping context would all be heard at once when it wakes.
    if (!over && audio.state === 'running' && voiceSettings().sounds) play(audio, 'ring');
  };
  void audio.resume().then(round);
  const timer = setInterval(round, ringEveryMs);
  return () => {
    over = true;
    clearInterval(timer);
  };
}

function play(audio: AudioContext, name: Name): void {
  void sendToLoudspeaker(audio);
  tunes[name].forEach((hertz, at) => note(audio, hertz, audio.currentTime + at * 0.09));
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
