import { createEffect, createRoot } from 'solid-js';
import { look } from './pictures.ts';
import { voiceNow } from './voice-now.ts';

const width = 480;

/** Shows a picture in a window of its own, which stays while one reads other channels. */
export async function floatPicture(producer: string): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.className = 'hidden-text';
  document.body.append(video);
  look(producer, video, width);
  const end = createRoot((dispose) => {
    createEffect(() => {
      const picture = voiceNow.pictures.find((one) => one.producer === producer);
      if (!picture) return close();
      const stream = picture.stream ?? null;
      if (video.srcObject !== stream) video.srcObject = stream;
      if (stream) void video.play().catch(() => undefined);
    });
    return dispose;
  });
  function close(): void {
    look(producer, video, undefined);
    if (document.pictureInPictureElement === video) void document.exitPictureInPicture().catch(() => undefined);
    video.remove();
    queueMicrotask(() => end());
  }
  video.addEventListener('leavepictureinpicture', close, { once: true });
  try {
    if (video.readyState === 0)
      await new Promise((resolve) => video.addEventListener('loadedmetadata', resolve, { once: true }));
    await video.requestPictureInPicture();
  } catch {
    close();
  }
}
