import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { DtlsParameters, type RtpParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import { Refusal } from '../../base/errors.ts';
import { type Attributes, attributesOf, parametersOf } from './sdp-lines.ts';

export type Codec = RtpParameters['codecs'][number];

/** A part of an offer about one microphone, camera or screen. */
export interface OfferedMedia {
  kind: string;
  mid: string;
  sends: boolean;
  receives: boolean;
  /** In the order of preference. */
  codecs: readonly Codec[];
  extensions: readonly { id: number; uri: string }[];
  ssrc: number | undefined;
}

export interface Offer {
  dtls: DtlsParameters;
  media: readonly OfferedMedia[];
}

const carried = ['audio/opus', 'video/vp8', 'video/h264', 'video/vp9', 'video/av1'];
const feedback = ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc'];
const MOST_SECTIONS = 4;
/** Of one section; browsers have up to sixty payload types and twenty extensions. */
const MOST = { payloads: 128, extensions: 64 };

const isDtls = checkerOf(DtlsParameters) as (value: unknown) => value is DtlsParameters;

/** Throws `bad_media` for what is no offer. */
export function readOffer(text: string): Offer {
  const [session = '', ...sections] = text.replaceAll('\r', '').split(/^(?=m=)/m);
  const all = sections.map((section) => section.split('\n'));
  if (all.length === 0 || all.length > MOST_SECTIONS) throw new Refusal('bad_media');
  const common = attributesOf(session.split('\n'));
  const first = attributesOf(all[0] ?? []);
  const named = valueOf(first, 'fingerprint') ?? valueOf(common, 'fingerprint') ?? '';
  const [algorithm = '', value = ''] = named.split(' ');
  // Whoever leaves the choice is the client, because ICE is lite here.
  const isServer = (valueOf(first, 'setup') ?? valueOf(common, 'setup')) === 'passive';
  const fingerprints = [{ algorithm: algorithm.toLowerCase(), value }];
  const dtls = { role: isServer ? 'server' : 'client', fingerprints };
  if (!isDtls(dtls)) throw new Refusal('bad_media');
  return {
    dtls,
    media: all.map(readSection),
  };
}

function readSection(lines: readonly string[]): OfferedMedia {
  const [kind = '', , , ...payloads] = (lines[0] ?? '').slice(2).split(' ');
  const attributes = attributesOf(lines);
  const extensions = attributes.get('extmap') ?? [];
  if (payloads.length > MOST.payloads || extensions.length > MOST.extensions) throw new Refusal('bad_media');
  const mid = valueOf(attributes, 'mid') ?? '';
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(mid) || !/^[a-z]{1,16}$/.test(kind)) throw new Refusal('bad_media');
  const ssrc = Number(/^(\d+)/.exec(valueOf(attributes, 'ssrc') ?? '')?.[1]);
  const direction = lines.find((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line))?.slice(2);
  return {
    kind,
    mid,
    sends: direction !== 'recvonly' && direction !== 'inactive',
    receives: direction !== 'sendonly' && direction !== 'inactive',
    codecs: payloads.flatMap((payload) => codecOf(attributes, kind, payload) ?? []),
    extensions: extensions.flatMap((one) => {
      const [id = '', uri = ''] = one.split(' ');
      return /^\d{1,3}(\/[a-z]+)?$/.test(id) ? [{ id: Number.parseInt(id, 10), uri }] : [];
    }),
    ssrc: Number.isInteger(ssrc) ? ssrc : undefined,
  };
}

/** Undefined for what cannot be carried. */
function codecOf(attributes: Attributes, kind: string, payload: string): Codec | undefined {
  const [name = '', rate = '', channels] = (valueOf(attributes, `rtpmap:${payload}`) ?? '').split('/');
  const mimeType = `${kind}/${name}`;
  const parameters = parametersOf(valueOf(attributes, `fmtp:${payload}`) ?? '');
  if (!carried.includes(mimeType.toLowerCase()) || !/^\d{1,3}$/.test(payload) || !/^\d{4,6}$/.test(rate))
    return undefined;
  if (name.toUpperCase() === 'H264' && parameters['packetization-mode'] !== 1) return undefined;
  return {
    mimeType,
    payloadType: Number(payload),
    clockRate: Number(rate),
    ...(channels === undefined ? {} : { channels: Number(channels) }),
    parameters,
    rtcpFeedback: feedback
      .filter((one) => attributes.get(`rtcp-fb:${payload}`)?.includes(one))
      .map((one) => {
        const [type = '', parameter] = one.split(' ');
        return { type, ...(parameter === undefined ? {} : { parameter }) };
      }),
  } as Codec;
}

const valueOf = (attributes: Attributes, name: string) => attributes.get(name)?.[0];
