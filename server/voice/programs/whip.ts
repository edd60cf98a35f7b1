import { type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { RtpParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { Room, VoiceAnswer } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { Refusal } from '../../base/errors.ts';
import type { GuestSeat } from '../participant.ts';
import type { Voice } from '../voice.ts';
import type { AnsweredMedia } from './sdp-answer.ts';
import type { Offer, OfferedMedia } from './sdp-offer.ts';
import type { OpenedStream } from './stream-endpoint.ts';
import type { StreamTicket } from './stream-tokens.ts';

type Door = Pick<Voice, 'answer' | 'ended' | 'isSending'>;

const taken = ['audio/opus', 'video/vp8', 'video/h264'];
const extensions = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
];

/** Programs like OBS send what they record into a voice channel. To the room it is somebody in it. [VOX-19] */
export const openWhip =
  (voice: Door) =>
  async ({ user, space, channel }: StreamTicket, offer: Offer, gone: () => void): Promise<OpenedStream> => {
    const seat: GuestSeat & { isConnected: boolean } = {
      user,
      isConnected: true,
      only: { space, channel },
      // Nobody reads notices there: whoever has to do something has to begin anew.
      tell: (t) => ['left', 'moved', 'rejoin'].includes(t) && gone(),
    };
    const end = () => {
      seat.isConnected = false;
      voice.ended(seat);
    };
    try {
      const { send } = await ask<Room>(voice, seat, 'join', {
        space,
        channel,
        deafened: true,
      });
      await ask(voice, seat, 'connect', { transport: send.id, dtls_parameters: offer.dtls });
      const media = offer.media.map(answered);
      for (const [index, { kind, codec, extensions: headerExtensions }] of media.entries()) {
        if (codec === undefined) continue;
        const { mid, ssrc } = offer.media[index]!;
        const rtp_parameters: RtpParameters = {
          mid,
          codecs: [codec],
          headerExtensions: [...headerExtensions],
          encodings: [ssrc === undefined ? {} : { ssrc }],
          rtcp: { cname: `whip-${mid}`, reducedSize: true },
        };
        const source = kind === 'audio' ? 'screen_audio' : 'screen';
        await ask(voice, seat, 'produce', { kind, source, rtp_parameters });
      }
      return {
        media,
        transport: send,
        isAlive: () => voice.isSending(seat),
        restartIce: async () =>
          (await ask<VoiceAnswer<'restart_ice'>>(voice, seat, 'restart_ice', { transport: send.id })).ice_parameters,
        end,
      };
    } catch (error) {
      end();
      throw error;
    }
  };

/** The first codec of the sender's choice that is taken. */
function answered({ kind, mid, sends, codecs, extensions: offered }: OfferedMedia): AnsweredMedia {
  return {
    kind,
    mid,
    direction: 'recvonly',
    codec: sends ? codecs.find(({ mimeType }) => taken.includes(mimeType.toLowerCase())) : undefined,
    extensions: offered.filter(({ uri }) => extensions.includes(uri)),
  };
}

async function ask<T>(voice: Door, seat: GuestSeat, method: string, d: object): Promise<T> {
  const answer = await voice.answer(seat, method, d);
  if ('ok' in answer) return answer.ok as T;
  const { code, details, retry } = answer.error;
  throw new Refusal(Object.hasOwn(refusals, code) ? (code as RefusalCode) : 'bad_media', {
    ...details,
    ...(retry === undefined ? {} : { retry }),
  });
}
