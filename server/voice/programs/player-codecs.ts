import type { RtpCapabilities } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import { mediaCodecs } from '../codecs.ts';
import type { PeerProducer } from '../peer.ts';
import type { PlayerCodec } from '../player-routers.ts';
import type { Codec, OfferedMedia } from './sdp-offer.ts';

/** How a player takes what somebody sends. */
export interface PlayedCodec {
  /** As the player offered it. */
  offered: Codec;
  /** As the room carries it, under the payload type of the player. */
  carried: PlayerCodec;
}

/** Undefined where the player has no use for it. */
export function playedCodec({ producer }: PeerProducer, { codecs }: OfferedMedia): PlayedCodec | undefined {
  const sent = producer.rtpParameters.codecs[0];
  if (sent === undefined) return undefined;
  const carried = mediaCodecs.find((codec) => isSame(codec, sent));
  const offered = codecs.find((codec) => isSame(codec, sent));
  if (carried === undefined || offered === undefined) return undefined;
  return { offered, carried: { ...carried, preferredPayloadType: offered.payloadType } };
}

export function capabilitiesOf(played: readonly PlayedCodec[], media: readonly OfferedMedia[]): RtpCapabilities {
  return {
    codecs: played.map(({ offered, carried }) => ({ ...carried, rtcpFeedback: offered.rtcpFeedback ?? [] })),
    headerExtensions: media.flatMap(({ kind, extensions }) =>
      extensions.map(({ id, uri }) => ({ kind: kind as 'audio' | 'video', uri, preferredId: id })),
    ),
  } as RtpCapabilities;
}

type Described = { mimeType: string; parameters?: unknown };

function isSame(one: Described, other: Described): boolean {
  const [mime, theirs] = [one.mimeType.toLowerCase(), other.mimeType.toLowerCase()];
  return mime === theirs && (mime !== 'video/h264' || profileOf(one) === profileOf(other));
}

/** Of H264: 42 is baseline, 4d main. */
const profileOf = ({ parameters }: Described) =>
  String((parameters as { 'profile-level-id'?: string } | undefined)?.['profile-level-id'] ?? '42')
    .slice(0, 2)
    .toLowerCase();
