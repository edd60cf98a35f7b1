import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';

/** The bytes of a body as they came. Throws ProtocolError `too_large`, and `malformed` where the sender went away. */
export function readRawBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => reject(new ProtocolError('too_large', `more than ${maxBytes} bytes`));
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge();
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else tooLarge();
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    const gone = () => reject(new ProtocolError('malformed', 'the body ended too early'));
    request.once('error', gone);
    request.once('close', gone);
  });
}

/** What is read and thrown away after a refusal, so that the sender gets to see the answer. */
const DISCARDED = 2 * 1024 * 1024;

/** For a request that is answered before its body was read. */
export function discardBody(request: IncomingMessage): void {
  let left = DISCARDED;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
