import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js';
import { Button } from '../ui/button.tsx';
import { sendToLoudspeaker } from './loudspeaker.ts';
import { listenToLevel, openMicrophone } from './microphone.ts';
import { sayDeviceError } from './say-voice-error.ts';
import { voiceSettings } from './voice-settings.ts';
import './microphone-test.css';

const sampleMs = 4_000;
const lowest = -90;

/** How loud the microphone is, and how one sounds. */
export function MicrophoneTest() {
  const [level, setLevel] = createSignal<number>();
  const [problem, setProblem] = createSignal<string>();
  const [sample, setSample] = createSignal<'records' | 'plays'>();
  let track: MediaStreamTrack | undefined;
  let stopLevel: (() => void) | undefined;
  let attempt = 0;

  const stop = () => {
    attempt++;
    stopLevel?.();
    track?.stop();
    stopLevel = track = undefined;
    setLevel(undefined);
    setSample(undefined);
  };
  const start = async () => {
    stop();
    const mine = attempt;
    setProblem(undefined);
    try {
      const opened = await openMicrophone(voiceSettings());
      if (mine !== attempt) return opened.stop();
      track = opened;
      setLevel(lowest);
      const ended = await listenToLevel(opened, (now) => setLevel((before = lowest) => Math.max(now, before - 1.5)));
      if (mine === attempt) stopLevel = ended;
      else ended();
    } catch (error) {
      setProblem(sayDeviceError(error, 'microphone'));
    }
  };
  const playBack = async () => {
    const mine = attempt;
    setSample('records');
    const sound = await record(track!, sampleMs);
    if (mine !== attempt) return;
    setSample('plays');
    await play(sound).catch(() => setProblem('This browser cannot play the sample.'));
    if (mine === attempt) setSample(undefined);
  };
  createEffect(
    on(
      () => {
        const { microphone, noiseSuppression, echoCancellation, automaticGain } = voiceSettings();
        return [microphone, noiseSuppression, echoCancellation, automaticGain].join();
      },
      () => track && void start(),
      { defer: true },
    ),
  );
  onCleanup(stop);

  const share = (decibel: number) => `${Math.round(((Math.max(lowest, decibel) - lowest) / -lowest) * 100)}%`;
  return (
    <div class="mic-test">
      <div class="row">
        <Show
          when={level() !== undefined}
          fallback={
            <Button small icon="mic" onClick={() => void start()}>
              Test the microphone
            </Button>
          }
        >
          <Button small icon="mic-off" onClick={stop}>
            Stop the test
          </Button>
          <Button small icon="voice" disabled={sample() !== undefined} onClick={() => void playBack()}>
            {sample() === 'records' ? 'Say something…' : sample() === 'plays' ? 'This is you' : 'Record and play back'}
          </Button>
        </Show>
      </div>
      <Show when={level() !== undefined}>
        <div
          class="mic-level"
          role="meter"
          aria-label="Level of the microphone"
          aria-valuemin={lowest}
          aria-valuemax="0"
          aria-valuenow={Math.round(level()!)}
          style={{ '--level': share(level()!), '--mark': share(voiceSettings().threshold) }}
        >
          <span classList={{ open: voiceSettings().opens === 'key' || level()! >= voiceSettings().threshold }} />
          <Show when={voiceSettings().opens === 'activity'}>
            <i />
          </Show>
        </div>
        <p class="field-help">
          {level()! < -85 ? 'Nothing is heard. Say something, or choose another microphone.' : 'You are heard.'}
        </p>
      </Show>
      <Show when={problem()}>
        <p class="field-error" role="alert">
          {problem()}
        </p>
      </Show>
    </div>
  );
}

function record(track: MediaStreamTrack, forMs: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const recorder = new MediaRecorder(new MediaStream([track]));
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => resolve(new Blob(parts, { type: recorder.mimeType }));
    recorder.onerror = reject;
    recorder.start();
    setTimeout(() => recorder.state !== 'inactive' && recorder.stop(), forMs);
  });
}

async function play(sound: Blob): Promise<void> {
  const audio = new AudioContext();
  try {
    await sendToLoudspeaker(audio);
    const source = audio.createBufferSource();
    source.buffer = await audio.decodeAudioData(await sound.arrayBuffer());
    source.connect(audio.destination);
    await new Promise((resolve) => {
      source.onended = resolve;
      source.start();
    });
  } finally {
    await audio.close();
  }
}
