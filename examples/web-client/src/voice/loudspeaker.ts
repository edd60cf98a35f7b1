import { voiceSettings } from './voice-settings.ts';

/** Not every browser lets a page choose where such a context is heard; there it stays the loudspeaker of the system. */
type Choosing = AudioContext & { setSinkId?: (device: string) => Promise<void> };

/** What is played in this context comes out of the chosen loudspeaker. */
export async function sendToLoudspeaker(audio: Choosing): Promise<void> {
  await audio.setSinkId?.(voiceSettings().speaker).catch(() => undefined);
}
