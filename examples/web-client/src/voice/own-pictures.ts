import { toast } from '../ui/toast.tsx';
import type { OwnTracks, TrackName } from './own-tracks.ts';
import { voiceSettings } from './voice-settings.ts';

/** The own cameras and the own screen. */
export class OwnPictures {
  readonly #tracks: OwnTracks;
  #asks = 0;

  constructor(tracks: OwnTracks) {
    this.#tracks = tracks;
  }

  /** `device`: its id; else the preferred camera, or any. */
  async startCamera(device?: string): Promise<void> {
    const mine = ++this.#asks;
    const track = device === undefined ? await openAnyCamera() : await openCamera(device);
    const name: TrackName = `camera ${track.getSettings().deviceId ?? device ?? ''}`;
    // Pressed twice, or ended while the browser was asking.
    if (this.#tracks.has(name) || this.#asks !== mine) return track.stop();
    await this.#send(name, track);
  }

  async startScreen(): Promise<void> {
    const isMotion = voiceSettings().screenFor === 'motion';
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: isMotion ? { ideal: 30, max: 60 } : { ideal: 15, max: 30 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      ...({ systemAudio: 'include', surfaceSwitching: 'include', suppressLocalAudioPlayback: false } as object),
    });
    const [picture, heard] = [stream.getVideoTracks()[0]!, stream.getAudioTracks()[0]];
    picture.contentHint = isMotion ? 'motion' : 'detail';
    await this.#send('screen', picture);
    // It may be ended already while the picture was on its way.
    if (heard && this.#tracks.has('screen')) await this.#send('screen_audio', heard);
    else heard?.stop();
  }

  async stopCameras(device?: string): Promise<void> {
    this.#asks++;
    const cameras = this.#tracks.names.filter((name) => name.startsWith('camera '));
    await this.#tracks.stop(...cameras.filter((name) => device === undefined || name === `camera ${device}`));
  }

  stopScreen(): Promise<void> {
    return this.#tracks.stop('screen', 'screen_audio');
  }

  close(): void {
    this.#asks++;
  }

  /** The browser may end it too: a device is pulled out, or sharing is stopped in the bar of the browser. */
  async #send(name: TrackName, track: MediaStreamTrack): Promise<void> {
    track.onended = () => {
      if (name.startsWith('camera ')) toast('The camera was pulled out.');
      void (name === 'screen' ? this.stopScreen() : this.#tracks.stop(name)).catch(() => undefined);
    };
    await this.#tracks.send(name, track);
  }
}

const video: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

async function openCamera(device?: string): Promise<MediaStreamTrack> {
  const chosen = device === undefined ? {} : { deviceId: { exact: device } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: { ...video, ...chosen } });
  return stream.getVideoTracks()[0]!;
}

/** The preferred one, or any where that one is not there any more. */
function openAnyCamera(): Promise<MediaStreamTrack> {
  const { camera } = voiceSettings();
  return camera === '' ? openCamera() : openCamera(camera).catch(() => openCamera());
}
