import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';

export interface RawRequest {
  method: string;
  /** Path and query, sent as they are. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer | undefined;
  signal?: AbortSignal;
}

export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

const agents = {
  'http:': new Agent({ keepAlive: true, maxSockets: 64 }),
  'https:': new SecureAgent({ keepAlive: true, maxSockets: 64 }),
};

/** Asks without help: nothing of path, headers or body is changed or added on its way. */
export async function sendRequest(origin: string, request: RawRequest): Promise<RawAnswer> {
  try {
    return await sendOnce(origin, request);
  } catch (error) {
    // A kept connection that the other side had closed: nobody has read the request. The next one may be another of those.
    if (!(error instanceof StaleConnection)) throw error;
    return sendOnce(origin, request, false);
  }
}

class StaleConnection extends Error {}

function sendOnce(
  origin: string,
  { method, path, headers = {}, body, signal }: RawRequest,
  agent: Agent | SecureAgent | false = agents[origin.startsWith('https:') ? 'https:' : 'http:'],
): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(origin);
  const isSecure = protocol === 'https:';
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const chunked = Object.keys(headers).some((name) => name.toLowerCase() === 'transfer-encoding');
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? httpsRequest : httpRequest)(
      {
        hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
        port,
        method,
        path,
        headers: { ...(chunked ? {} : length), ...headers },
        agent,
        ...(signal ? { signal } : {}),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sent.once('error', (error: NodeJS.ErrnoException) =>
      reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error),
    );
    sent.end(body);
  });
}
