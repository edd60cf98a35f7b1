import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { Room } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { Device, type types } from 'mediasoup-client';
import { watchQuality } from './quality.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';
import { openTransports } from './transports.ts';
import { setVoiceNow } from './voice-now.ts';

/** The connection of media to one room, from `join` until it is lost or left. */
export interface Media {
  sender: Sender;
  receiver: Receiver;
  close(): void;
}

/** `lost` is told when the way is gone and a new one was not found. */
export async function openMedia(
  { line, room, lost }: { line: VoiceLine; room: Room; lost: () => void },
  isWanted: () => boolean,
): Promise<Media | undefined> {
  const device = await Device.factory();
  await device.load({ routerRtpCapabilities: room.rtp_capabilities as types.RtpCapabilities });
  if (!isWanted()) return undefined;
  const { send, receive } = openTransports({ line, device, room, lost });
  const receiver = new Receiver(line, device, receive);
  const stopQuality = watchQuality({ send, receive }, (quality) => setVoiceNow('quality', quality));
  for (const transport of [send, receive])
    transport.on('connectionstatechange', (state) => state === 'connected' && setVoiceNow('problem', undefined));
  return {
    sender: new Sender(line, send, device.sendRtpCapabilities, room),
    receiver,
    close() {
      stopQuality();
      receiver.close();
      send.close();
      receive.close();
      setVoiceNow('quality', undefined);
    },
  };
}
