import type { types } from 'mediasoup-client';

interface Ear {
  user: string;
  analyser: AnalyserNode;
  consumer: types.Consumer;
}

/** What comes to the page of a test: sounds and pictures. */
export class VoiceEars {
  readonly #audio: AudioContext;
  readonly #ears = new Map<string, Ear>();
  readonly #videos = new Map<string, HTMLVideoElement>();

  constructor(audio: AudioContext) {
    this.#audio = audio;
  }

  get tracks(): MediaStreamTrack[] {
    return [...this.#ears.values()].map(({ consumer }) => consumer.track);
  }

  get videoConsumers(): string[] {
    return [...this.#videos.keys()];
  }

  listen(producer: string, user: string, consumer: types.Consumer): void {
    const stream = new MediaStream([consumer.track]);
    // Chromium gives WebAudio nothing of a remote track that no element plays.
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    const analyser = this.#audio.createAnalyser();
    analyser.fftSize = 4_096;
    analyser.smoothingTimeConstant = 0;
    this.#audio.createMediaStreamSource(stream).connect(analyser);
    void this.#audio.resume();
    this.#ears.set(producer, { user, analyser, consumer });
  }

  watch(id: string, consumer: types.Consumer): void {
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([consumer.track]);
    document.body.append(video);
    void video.play();
    this.#videos.set(id, video);
  }

  /** The tone that is heard of each user, in hertz; 0 for silence. */
  hears(): Record<string, number> {
    const heard: Record<string, number> = {};
    for (const { user, analyser } of this.#ears.values()) {
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      let loudest = 0;
      for (let bin = 1; bin < bins.length; bin++) if (bins[bin]! > bins[loudest]!) loudest = bin;
      const hertz = bins[loudest]! < -60 ? 0 : (loudest * this.#audio.sampleRate) / analyser.fftSize;
      heard[user] = Math.max(heard[user] ?? 0, hertz);
    }
    return heard;
  }

  /** Width of the picture that comes of each consumer. */
  sees(): number[] {
    return [...this.#videos.values()].map((video) => (video.currentTime > 0 ? video.videoWidth : 0));
  }

  /** How many frames of pictures were shown. */
  frames(): number {
    return [...this.#videos.values()].reduce((sum, video) => sum + video.getVideoPlaybackQuality().totalVideoFrames, 0);
  }

  /** Packets of sound that came, and that did not. */
  async soundPackets(): Promise<{ came: number; lost: number }> {
    const count = { came: 0, lost: 0 };
    for (const { consumer } of this.#ears.values())
      for (const one of ((await consumer.getStats()) as unknown as Map<string, Record<string, unknown>>).values())
        if (one['type'] === 'inbound-rtp') {
          count.came += one['packetsReceived'] as number;
          count.lost += one['packetsLost'] as number;
        }
    return count;
  }

  forget(producer: string): void {
    this.#ears.get(producer)?.consumer.close();
    this.#ears.delete(producer);
  }

  clear(): void {
    this.#ears.clear();
    for (const video of this.#videos.values()) video.remove();
    this.#videos.clear();
  }
}
