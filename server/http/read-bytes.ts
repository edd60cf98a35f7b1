import type { IncomingMessage } from 'node:http';
import { Refusal } from '../base/errors.ts';

/** What is read and thrown away after a refusal, so that the client gets to see the answer. */
const DISCARDED = 8 * 1024 * 1024;

/** A body of at most so many bytes. Throws Refusal `too_large`, and `invalid_body` where the client went away. */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    discard(request);
    return Promise.reject(new Refusal('too_large', { limit }));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      request.off('data', onData);
      discard(request);
      reject(new Refusal('too_large', { limit }));
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

/** For a request that is answered before its body was read. */
export function discard(request: IncomingMessage): void {
  let left = DISCARDED;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
