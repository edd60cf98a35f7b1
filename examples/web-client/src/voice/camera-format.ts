import type { types } from 'mediasoup-client';
import { voiceSettings } from './voice-settings.ts';

/** One encoding with three sizes at three rates inside it. */
const layered = 'L3T3_KEY';
const least = ['video/AV1', 'video/VP9'];

export const isLayered = (format: string): boolean => least.some((one) => one.toLowerCase() === format);

/**
 * The format with layers inside for a camera, where everybody can show it and this browser makes it without effort, or where it is wished
 * for; undefined for what works everywhere. [VOX-23]
 */
export async function findLayeredFormat(
  { codecs = [] }: types.RtpCapabilities,
  formats: readonly string[],
  maxBitrate: number,
): Promise<Partial<types.ProducerOptions> | undefined> {
  for (const format of least) {
    const codec = codecs.find(({ mimeType }) => mimeType.toLowerCase() === format.toLowerCase());
    if (codec && formats.includes(format) && (await isWorthIt(format, maxBitrate)))
      return { codec, encodings: [{ scalabilityMode: layered, maxBitrate }] };
  }
  return undefined;
}

async function isWorthIt(contentType: string, bitrate: number): Promise<boolean> {
  const { cameraFormat } = voiceSettings();
  if (cameraFormat === 'compatible' || !navigator.mediaCapabilities?.encodingInfo) return false;
  const video = { contentType, width: 1280, height: 720, framerate: 30, bitrate, scalabilityMode: layered };
  const found = await navigator.mediaCapabilities.encodingInfo({ type: 'webrtc', video }).catch(() => undefined);
  if (!found?.supported) return false;
  // AV1 without a chip for it takes a processor of its own.
  return found.powerEfficient || (cameraFormat === 'efficient' && contentType === 'video/VP9');
}
