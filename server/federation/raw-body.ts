import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import type { BodiesUnderWay } from './bodies-under-way.ts';

/** Who sends it, and what others have under way. */
export interface Counted {
  bodies: BodiesUnderWay;
  network: string;
}

/** The bytes of a body as they came. Throws ProtocolError `too_large`, `busy`, and `malformed` where the sender went away. */
export async function readRawBody(
  request: IncomingMessage,
  maxBytes: number,
  { bodies, network }: Counted,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let chunks: Buffer[] = [];
  let length = 0;
  const refuse = (error: ProtocolError) => {
    chunks = [];
    reject(error);
  };
  const tooLarge = () => refuse(new ProtocolError('too_large', `more than ${maxBytes} bytes`));
  const gone = () => refuse(new ProtocolError('malformed', 'the body ended too early'));
  const body = bodies.begin(network, refuse);
  const keep = (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) return tooLarge();
    chunks.push(chunk);
    body.take(chunk.length);
  };
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('error', gone).once('close', gone);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) tooLarge();
  else request.on('data', keep);
  try {
    return await promise;
  } finally {
    request.off('data', keep);
    // Whoever waits for it verifies it before anything else is read.
    body.end();
  }
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
