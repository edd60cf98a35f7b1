import type { DtlsParameters, RtpParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { Refusal } from '../../base/errors.ts';

/** A part of an offer about one microphone or camera. */
export interface OfferedMedia {
  kind: string;
  mid: string;
  lines: readonly string[];
  /** Undefined for what is not sent, or cannot be carried. */
  rtp: RtpParameters | undefined;
}

export interface Offer {
  dtls: DtlsParameters;
  media: readonly OfferedMedia[];
}

const carried = ['audio/opus', 'video/vp8', 'video/h264'];
const extensions = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
];
const feedback = ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc'];
const MOST_SECTIONS = 4;

/** Throws `bad_media` for what is no offer of somebody who sends. */
export function readOffer(text: string): Offer {
  const [session = '', ...sections] = text.replaceAll('\r', '').split(/^(?=m=)/m);
  const all = sections.map((section) => section.split('\n'));
  if (all.length === 0 || all.length > MOST_SECTIONS) throw new Refusal('bad_media');
  const common = session.split('\n');
  const first = all[0] ?? [];
  const [algorithm = '', value = ''] = (valueOf(first, 'fingerprint') ?? valueOf(common, 'fingerprint') ?? '').split(
    ' ',
  );
  if (value === '') throw new Refusal('bad_media');
  return {
    dtls: { role: 'client', fingerprints: [{ algorithm: algorithm.toLowerCase(), value }] } as DtlsParameters,
    media: all.map(readSection),
  };
}

/** What the homeserver takes of an offer, over the transport that it has for that. */
export function writeAnswer({ media }: Offer, transport: VoiceTransport): string {
  const { ice_parameters: ice, ice_candidates: candidates, dtls_parameters: dtls } = transport;
  const fingerprint = dtls.fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ?? dtls.fingerprints[0];
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${media.map(({ mid }) => mid).join(' ')}`,
    'a=msid-semantic: WMS *',
  ];
  for (const { kind, mid, rtp } of media) {
    const codec = rtp?.codecs[0];
    lines.push(
      `m=${kind} ${rtp ? 9 : 0} UDP/TLS/RTP/SAVPF ${codec?.payloadType ?? 0}`,
      'c=IN IP4 0.0.0.0',
      `a=mid:${mid}`,
    );
    if (rtp === undefined || codec === undefined) {
      lines.push('a=inactive');
      continue;
    }
    lines.push('a=recvonly', 'a=rtcp-mux', 'a=rtcp-rsize', 'a=setup:passive');
    lines.push(`a=ice-ufrag:${ice.usernameFragment}`, `a=ice-pwd:${ice.password}`);
    if (fingerprint) lines.push(`a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`);
    const channels = codec.channels === undefined ? '' : `/${codec.channels}`;
    lines.push(`a=rtpmap:${codec.payloadType} ${codec.mimeType.split('/')[1]}/${codec.clockRate}${channels}`);
    const parameters = Object.entries(codec.parameters ?? {}).map(([name, value]) => `${name}=${String(value)}`);
    if (parameters.length > 0) lines.push(`a=fmtp:${codec.payloadType} ${parameters.join(';')}`);
    for (const { type, parameter } of codec.rtcpFeedback ?? [])
      lines.push(`a=rtcp-fb:${codec.payloadType} ${[type, parameter].filter(Boolean).join(' ')}`);
    for (const { id, uri } of rtp.headerExtensions ?? []) lines.push(`a=extmap:${id} ${uri}`);
    for (const { foundation, priority, ip, address, protocol, port, type, tcpType } of candidates)
      lines.push(
        `a=candidate:${foundation} 1 ${protocol} ${priority} ${address ?? ip} ${port} typ ${type}${tcpType ? ` tcptype ${tcpType}` : ''}`,
      );
    lines.push('a=end-of-candidates');
  }
  return `${lines.join('\r\n')}\r\n`;
}

function readSection(lines: readonly string[]): OfferedMedia {
  const [kind = '', , , ...payloads] = (lines[0] ?? '').slice(2).split(' ');
  const mid = valueOf(lines, 'mid') ?? '';
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(mid) || !/^[a-z]{1,16}$/.test(kind)) throw new Refusal('bad_media');
  const isSent = !lines.some((line) => /^a=(recvonly|inactive)$/.test(line));
  return { kind, mid, lines, rtp: isSent ? rtpOf(lines, kind, mid, payloads) : undefined };
}

/** The first codec of the sender's choice that can be carried. */
function rtpOf(
  lines: readonly string[],
  kind: string,
  mid: string,
  payloads: readonly string[],
): RtpParameters | undefined {
  for (const payload of payloads) {
    const [name = '', rate = '', channels] = (valueOf(lines, `rtpmap:${payload}`, ' ') ?? '').split('/');
    const mimeType = `${kind}/${name}`;
    const parameters = parametersOf(valueOf(lines, `fmtp:${payload}`, ' ') ?? '');
    if (!carried.includes(mimeType.toLowerCase())) continue;
    if (name.toUpperCase() === 'H264' && parameters['packetization-mode'] !== 1) continue;
    const wanted = valuesOf(lines, `rtcp-fb:${payload}`, ' ').filter((one) => feedback.includes(one));
    const ssrc = Number(/^(\d+)/.exec(valuesOf(lines, 'ssrc')[0] ?? '')?.[1]);
    return {
      mid,
      codecs: [
        {
          mimeType,
          payloadType: Number(payload),
          clockRate: Number(rate),
          ...(channels === undefined ? {} : { channels: Number(channels) }),
          parameters,
          rtcpFeedback: wanted.map((one) => {
            const [type = '', parameter] = one.split(' ');
            return { type, ...(parameter === undefined ? {} : { parameter }) };
          }),
        },
      ],
      headerExtensions: valuesOf(lines, 'extmap').flatMap((one) => {
        const [id = '', uri = ''] = one.split(' ');
        return extensions.includes(uri) ? [{ id: Number.parseInt(id, 10), uri }] : [];
      }),
      encodings: [Number.isInteger(ssrc) ? { ssrc } : {}],
      rtcp: { cname: `whip-${mid}`, reducedSize: true },
    } as RtpParameters;
  }
  return undefined;
}

function parametersOf(text: string): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const pair of text.split(';')) {
    const [name = '', value = ''] = pair.trim().split('=');
    if (name !== '' && value !== '') found[name] = /^\d{1,9}$/.test(value) ? Number(value) : value;
  }
  // 420010 reads as a number, and is none.
  const profile = /profile-level-id=([0-9A-Fa-f]{6})/.exec(text)?.[1];
  return profile === undefined ? found : { ...found, 'profile-level-id': profile };
}

const valueOf = (lines: readonly string[], name: string, separator = ':') => valuesOf(lines, name, separator)[0];

function valuesOf(lines: readonly string[], name: string, separator = ':'): string[] {
  const start = `a=${name}${separator}`;
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length).trim());
}
