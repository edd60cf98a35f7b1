import type { RtpCapabilities } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import { mediaCodecs } from './codecs.ts';

const pictures = [...new Set(mediaCodecs.filter(({ kind }) => kind === 'video').map(({ mimeType }) => mimeType))];

/** Formats of pictures that all of these receivers know, the preferred first; who has not said what it knows, or only listens, takes none away. [VOX-23] */
export function commonFormats(receivers: Iterable<{ rtpCapabilities: RtpCapabilities | undefined }>): string[] {
  let common = pictures;
  for (const { rtpCapabilities } of receivers) {
    const shown = rtpCapabilities?.codecs.filter(({ kind }) => kind === 'video') ?? [];
    if (shown.length === 0) continue;
    const known = new Set(shown.map(({ mimeType }) => mimeType.toLowerCase()));
    common = common.filter((format) => known.has(format.toLowerCase()));
  }
  return common;
}
