import type { IceParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Codec, Offer } from './sdp-offer.ts';

/** What becomes of a part of an offer; without a codec nothing. */
export interface AnsweredMedia {
  kind: string;
  mid: string;
  direction: 'recvonly' | 'sendonly' | 'inactive';
  codec: Codec | undefined;
  extensions: readonly { id: number; uri: string }[];
  /** Of what is sent. */
  source?: { ssrc: number; cname: string; stream: string };
}

type Ends = Pick<VoiceTransport, 'ice_parameters' | 'ice_candidates'>;

/** Part of the answer for each part of the offer, in its order. */
export function writeAnswer(
  media: readonly AnsweredMedia[],
  { dtls: { role } }: Pick<Offer, 'dtls'>,
  transport: VoiceTransport,
): string {
  const { fingerprints } = transport.dtls_parameters;
  const fingerprint = fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ?? fingerprints[0];
  const taken = media.filter(({ codec }) => codec !== undefined);
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=ice-lite',
    bundleOf(taken),
    'a=msid-semantic: WMS *',
  ];
  for (const one of media) {
    lines.push(`m=${one.kind} ${one.codec ? 9 : 0} UDP/TLS/RTP/SAVPF ${one.codec?.payloadType ?? 0}`);
    lines.push('c=IN IP4 0.0.0.0', `a=mid:${one.mid}`);
    if (one.codec === undefined) {
      lines.push('a=inactive');
      continue;
    }
    lines.push(
      `a=${one.direction}`,
      'a=rtcp-mux',
      'a=rtcp-rsize',
      `a=setup:${role === 'server' ? 'active' : 'passive'}`,
    );
    if (fingerprint) lines.push(`a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`);
    lines.push(...iceLines(transport), ...codecLines(one.codec));
    for (const { id, uri } of one.extensions) lines.push(`a=extmap:${id} ${uri}`);
    if (one.source) {
      const { ssrc, cname, stream } = one.source;
      lines.push(`a=msid:${stream} ${one.kind}`, `a=ssrc:${ssrc} cname:${cname}`);
    }
  }
  return ended(lines);
}

/** What changed by an ICE restart, as RFC 8840 has it. */
export function writeFragment(mids: readonly { kind: string; mid: string }[], ends: Ends): string {
  const [first] = mids;
  return ended([
    'a=ice-lite',
    bundleOf(mids),
    `m=${first?.kind ?? 'audio'} 9 UDP/TLS/RTP/SAVPF 0`,
    `a=mid:${first?.mid ?? 0}`,
    ...iceLines(ends),
  ]);
}

const bundleOf = (media: readonly { mid: string }[]) => `a=group:BUNDLE ${media.map(({ mid }) => mid).join(' ')}`;
const ended = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`;

const credentials = ({ usernameFragment, password }: IceParameters) => [
  `a=ice-ufrag:${usernameFragment}`,
  `a=ice-pwd:${password}`,
];

const iceLines = ({ ice_parameters: ice, ice_candidates: candidates }: Ends) => [
  ...credentials(ice),
  ...candidates.map(
    ({ foundation, priority, ip, address, protocol, port, type, tcpType }) =>
      `a=candidate:${foundation} 1 ${protocol} ${priority} ${address ?? ip} ${port} typ ${type}${tcpType ? ` tcptype ${tcpType}` : ''}`,
  ),
  'a=end-of-candidates',
];

function codecLines({ payloadType, mimeType, clockRate, channels, parameters, rtcpFeedback }: Codec): string[] {
  const sound = channels === undefined ? '' : `/${channels}`;
  const settings = Object.entries(parameters ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `a=rtpmap:${payloadType} ${mimeType.split('/')[1]}/${clockRate}${sound}`,
    ...(settings.length > 0 ? [`a=fmtp:${payloadType} ${settings.join(';')}`] : []),
    ...(rtcpFeedback ?? []).map(
      ({ type, parameter }) => `a=rtcp-fb:${payloadType} ${[type, parameter].filter(Boolean).join(' ')}`,
    ),
  ];
}
