import type { IncomingMessage } from 'node:http';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import { parseJson } from './json-text.ts';
import { discard, readBytes } from './read-bytes.ts';

const jsonType = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Reads a JSON body. Throws Refusal `unsupported_media_type` (forms of other sites can only send other types), `too_large`, and
 * those of `parseJson`. Where it may be empty, an empty one is `{}`.
 */
export async function readJsonBody(request: IncomingMessage, mayBeEmpty = false): Promise<unknown> {
  const { headers } = request;
  if (
    headers['content-length'] === '0' ||
    (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
  ) {
    if (mayBeEmpty) return {};
    throw new Refusal('invalid_body', { path: '', expected: 'a JSON body' });
  }
  if (!jsonType.test(headers['content-type'] ?? '') || headers['content-encoding'] !== undefined) {
    discard(request);
    throw new Refusal('unsupported_media_type');
  }
  return parseJson(await readBytes(request, limits.requestBytes));
}
