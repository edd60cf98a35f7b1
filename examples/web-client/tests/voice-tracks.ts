import type { types } from 'mediasoup-client';

// What the page of a test sends, as options of `produce`.

export function tone(audio: AudioContext, hertz: number): MediaStreamTrack {
  const oscillator = audio.createOscillator();
  oscillator.frequency.value = hertz;
  const out = audio.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  return out.stream.getAudioTracks()[0]!;
}

export const microphone = (track: MediaStreamTrack, opusDtx: boolean): types.ProducerOptions => ({
  track,
  codecOptions: { opusFec: true, opusDtx, opusStereo: false },
  appData: { source: 'mic' },
});

export async function inThreeSizes(source: 'camera' | 'screen'): Promise<types.ProducerOptions> {
  const encodings = [
    { rid: 'r0', scaleResolutionDownBy: 4, maxBitrate: 80_000, scalabilityMode: 'L1T3' },
    { rid: 'r1', scaleResolutionDownBy: 2, maxBitrate: 200_000, scalabilityMode: 'L1T3' },
    { rid: 'r2', scaleResolutionDownBy: 1, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
  ];
  return { track: await fakeCamera(), encodings, appData: { source } };
}

export const inOneSize = async (): Promise<types.ProducerOptions> => ({
  track: await fakeCamera(),
  encodings: [{ maxBitrate: 800_000 }],
  appData: { source: 'screen' },
});

/** A screen on which nothing moves: one frame a second, as browsers send then. */
export function stillScreen(): types.ProducerOptions {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d')!;
  const [track] = canvas.captureStream(0).getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  track!.contentHint = 'detail';
  setInterval(() => {
    pen.fillRect(0, 0, 9, 9);
    track!.requestFrame();
  }, 1_000);
  return { track: track!, encodings: [{ scalabilityMode: 'L1T3' }], appData: { source: 'screen' } };
}

async function fakeCamera(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 960, height: 540, frameRate: 15 } });
  return stream.getVideoTracks()[0]!;
}
