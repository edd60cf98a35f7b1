import './voice-page.ts';
import type { VoicePage } from './voice-page.ts';

// Runs in a browser: the same sound goes to the same page over a homeserver and directly, and one clock says when it came.

interface Way {
  token: string;
  relayOnly: boolean;
  only: undefined;
}

interface Measure {
  speaker: Way;
  listener: Way;
  place: { space: string; channel: string };
  bursts: number;
}

const listening = `registerProcessor('onsets', class extends AudioWorkletProcessor {
  #quiet = [];
  process(inputs) {
    for (const [at, [samples]] of inputs.entries()) {
      if (!samples) continue;
      for (let i = 0; i < samples.length; i++) {
        const frame = currentFrame + i;
        if (Math.abs(samples[i]) < 0.1) continue;
        if (frame - (this.#quiet[at] ?? -1e9) > sampleRate / 10) this.port.postMessage([at, frame / sampleRate]);
        this.#quiet[at] = frame;
      }
    }
    return true;
  }
});`;
const [EVERY, LONG, WARM_UP] = [0.5, 0.15, 6];

/** Milliseconds from the mouth to the ear for each burst of a tone, over the homeserver and directly. */
async function mouthToEar({ speaker, listener, place, bursts }: Measure): Promise<{ sfu: number[]; direct: number[] }> {
  const open = (globalThis as never as { openVoice: (way: Way) => VoicePage }).openVoice;
  const audio = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  await audio.resume();
  await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([listening], { type: 'text/javascript' })));

  const loudness = new GainNode(audio, { gain: 0.005 });
  const mouth = audio.createMediaStreamDestination();
  const tone = new OscillatorNode(audio, { frequency: 1_000 });
  tone.connect(loudness).connect(mouth);
  tone.start();
  const [sound] = mouth.stream.getAudioTracks() as [MediaStreamTrack];

  const [a, b] = [open(speaker), open(listener)];
  await Promise.all([a.ready, b.ready]);
  for (const one of [a, b]) await one.join(place);
  await a.sends(sound, false);
  const overSfu = await until(() => b.soundsHeard()[0]);
  const directly = await call(sound);

  const ears = new AudioWorkletNode(audio, 'onsets', { numberOfInputs: 3, numberOfOutputs: 0 });
  const onsets: number[][] = [[], [], []];
  ears.port.onmessage = ({ data: [at, time] }) => onsets[at as number]!.push(time as number);
  loudness.connect(ears, 0, 0);
  for (const [index, track] of [overSfu, directly].entries()) hear(audio, track).connect(ears, 0, index + 1);

  for (let burst = 0; burst < bursts + WARM_UP; burst++) {
    const at = audio.currentTime + 0.05;
    loudness.gain.setValueAtTime(0.8, at).setValueAtTime(0.005, at + LONG);
    await new Promise((resolve) => setTimeout(resolve, EVERY * 1_000 + 7 * (burst % 5)));
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const one of [a, b]) await one.ask('leave', {});
  await audio.close();
  const spoken = onsets[0]!.slice(WARM_UP);
  const after = (times: number[]) =>
    spoken.flatMap((from) => {
      const to = times.find((time) => time > from && time < from + EVERY);
      return to === undefined ? [] : [(to - from) * 1_000];
    });
  return { sfu: after(onsets[1]!), direct: after(onsets[2]!) };
}

function hear(audio: AudioContext, track: MediaStreamTrack): AudioNode {
  const stream = new MediaStream([track]);
  // Chromium gives WebAudio nothing of a remote track that no element plays.
  const element = new Audio();
  element.srcObject = stream;
  element.muted = true;
  void element.play();
  return audio.createMediaStreamSource(stream);
}

/** The same sound at the other end of a connection of the page with itself. */
async function call(sound: MediaStreamTrack): Promise<MediaStreamTrack> {
  const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
  from.onicecandidate = ({ candidate }) => candidate && void to.addIceCandidate(candidate);
  to.onicecandidate = ({ candidate }) => candidate && void from.addIceCandidate(candidate);
  const heard = new Promise<MediaStreamTrack>((resolve) => (to.ontrack = ({ track }) => resolve(track)));
  from.addTrack(sound);
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription!);
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription!);
  return heard;
}

async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Object.assign(window, { mouthToEar });
