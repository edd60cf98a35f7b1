import { createRoot, createEffect, on } from 'solid-js';
import { type VoiceSettings, voiceSettings } from './voice-settings.ts';

const hangOverMs = 350;

/** What the browser is asked for. */
function microphoneConstraints(settings: VoiceSettings): MediaTrackConstraints {
  return {
    ...(settings.microphone ? { deviceId: { exact: settings.microphone } } : {}),
    noiseSuppression: settings.noiseSuppression,
    echoCancellation: settings.echoCancellation,
    autoGainControl: settings.automaticGain,
    channelCount: 1,
  };
}

/** Opens the chosen microphone, or any other where that one is not there any more. */
export async function openMicrophone(settings: VoiceSettings): Promise<MediaStreamTrack> {
  const ask = (audio: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({ audio });
  const stream = await ask(microphoneConstraints(settings)).catch((error: unknown) => {
    if (!settings.microphone || !(error instanceof DOMException) || error.name === 'NotAllowedError') throw error;
    return ask(microphoneConstraints({ ...settings, microphone: '' }));
  });
  return stream.getAudioTracks()[0]!;
}

/** Tells how loud a track is, in dBFS; returns what ends it. */
export async function listenToLevel(track: MediaStreamTrack, tell: (level: number) => void): Promise<() => void> {
  const context = new AudioContext();
  await context.audioWorklet.addModule('/voice-level.js');
  const node = new AudioWorkletNode(context, 'voice-level', { numberOfOutputs: 0 });
  node.port.onmessage = ({ data }) => tell(data as number);
  context.createMediaStreamSource(new MediaStream([track])).connect(node);
  void context.resume();
  return () => {
    // What it has measured already may come after this.
    node.port.onmessage = null;
    void context.close();
  };
}

/** A microphone whose sent track is silent while nothing is said, or the key is not held. */
export class Microphone {
  /** What is sent. */
  readonly track: MediaStreamTrack;
  readonly #raw: MediaStreamTrack;
  #stopLevel: (() => void) | undefined;
  readonly #stopEffects: () => void;
  #muted: boolean;
  #held = false;
  #heardAt = 0;
  #closed = false;

  private constructor(raw: MediaStreamTrack, muted: boolean) {
    this.#raw = raw;
    // The level is measured before the gate, which would otherwise never open again.
    this.track = raw.clone();
    this.#muted = muted;
    this.#gate();
    this.#stopEffects = createRoot((dispose) => {
      createEffect(
        on(
          () => voiceSettings().opens,
          () => this.#gate(),
          { defer: true },
        ),
      );
      return dispose;
    });
    void listenToLevel(raw, (level) => this.#hear(level)).then(
      (stop) => (this.#closed ? stop() : (this.#stopLevel = stop)),
      // Without a level there is nothing to wait for: the microphone is open whenever it is not muted.
      () => {
        this.#heardAt = Number.POSITIVE_INFINITY;
        this.#gate();
      },
    );
  }

  static async open(muted: boolean): Promise<Microphone> {
    return new Microphone(await openMicrophone(voiceSettings()), muted);
  }

  /** As the system calls the device. */
  get name(): string {
    return this.#raw.label;
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.#gate();
  }

  /** The key that is held to talk. */
  hold(held: boolean): void {
    this.#held = held;
    this.#gate();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopLevel?.();
    this.#stopEffects();
    this.#raw.stop();
    this.track.stop();
  }

  #hear(level: number): void {
    if (level >= voiceSettings().threshold) this.#heardAt = performance.now();
    this.#gate();
  }

  #gate(): void {
    const open =
      voiceSettings().opens === 'key'
        ? this.#held
        : performance.now() - this.#heardAt < hangOverMs || this.#heardAt > 1e15;
    const enabled = open && !this.#muted;
    if (this.track.enabled !== enabled) this.track.enabled = enabled;
  }
}
