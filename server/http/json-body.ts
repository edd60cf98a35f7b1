import type { IncomingMessage } from 'node:http';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { Refusal } from '../base/errors.ts';
import { parseJson } from './json-text.ts';

const jsonType = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/** What is read and thrown away after a refusal, so that the client gets to see the answer. */
const DISCARDED = 8 * 1024 * 1024;

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
  if (Number(headers['content-length'] ?? 0) > limits.requestBytes) {
    discard(request);
    throw new Refusal('too_large', { limit: limits.requestBytes });
  }
  return parseJson(await readBytes(request));
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limits.requestBytes) return void chunks.push(chunk);
      request.off('data', onData);
      discard(request);
      reject(new Refusal('too_large', { limit: limits.requestBytes }));
    };
    request.on('data', onData);
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    // The client went away; nobody reads this answer.
    const onGone = () => {
      if (!request.complete) reject(new Refusal('invalid_body', { path: '', expected: 'the whole body' }));
    };
    request.once('error', onGone);
    request.once('close', onGone);
  });
}

function discard(request: IncomingMessage): void {
  let left = DISCARDED;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
