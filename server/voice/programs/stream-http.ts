import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Room } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { Refusal } from '../../base/errors.ts';
import { readBytes } from '../../http/read-bytes.ts';

const SDP_BYTES = 64 * 1_024;

export function answerPreflight(response: ServerResponse, further: { Link?: string[] } = {}): void {
  response
    .writeHead(204, {
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match',
      'Access-Control-Allow-Methods': 'POST, PATCH, DELETE',
      'Access-Control-Max-Age': '600',
      'Accept-Post': 'application/sdp',
      'Accept-Patch': 'application/trickle-ice-sdpfrag',
      ...further,
    })
    .end();
}

/** RFC 9725 §4.6. */
export const linksTo = (servers: Room['ice_servers']): string[] =>
  servers.flatMap(({ urls, username, credential }) =>
    urls.map(
      (url) =>
        `<${url}>; rel="ice-server"` +
        (username === undefined
          ? ''
          : `; username="${username}"; credential="${credential ?? ''}"; credential-type="password"`),
    ),
  );

/** Throws `unsupported_media_type`. */
export function requireType({ headers }: IncomingMessage, type: string): void {
  const [given = ''] = (headers['content-type'] ?? '').split(';');
  if (given.trim().toLowerCase() !== type) throw new Refusal('unsupported_media_type', { expected: type });
}

/** Throws `too_large`. */
export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request, SDP_BYTES)).toString('utf8');
}
