import { randomBytes } from 'node:crypto';
import { request as sendRequest } from 'node:https';
import { jwkOf, type Key, sha256, signBytes } from './keys.ts';

export type SentHeaders = Record<string, string | string[]>;

export interface Said {
  status: number;
  code: string | undefined;
  body: Record<string, unknown>;
  /** Of an answer in lines. */
  lines: string[];
  text: string;
}

/** What is wrong about a request, before or after it is signed. */
export interface Mischief {
  method?: string;
  /** Path and query. */
  target?: string;
  body?: string | Buffer;
  date?: string;
  to?: string;
  nonce?: string;
  /** Name to speak as. */
  from?: string;
  key?: Key;
  kid?: string;
  contentType?: string;
  /** After signing. */
  change?(headers: SentHeaders): void;
  /** Sent instead of what was signed. */
  sent?: { method?: string; target?: string; body?: string };
}

export interface Signer {
  name: string;
  signing: Key;
}

/** The headers of a request as [SIG-1] to [SIG-3] want them, and as the mischief has it. */
export function signedHeaders(signer: Signer, server: string, mischief: Mischief): SentHeaders {
  const { method = 'POST', target = '', body = '', date, to = server, nonce, from = signer.name, kid } = mischief;
  const { key = signer.signing, contentType = 'application/json' } = mischief;
  const headers: SentHeaders = {
    host: server,
    date: date ?? new Date().toUTCString(),
    digest: `SHA-256=${sha256(body).toString('base64')}`,
    'x-folkmoot-to': to,
    'x-folkmoot-nonce': nonce ?? randomBytes(16).toString('base64url'),
    ...(body.length === 0 ? {} : { 'content-type': contentType }),
  };
  const names = ['(request-target)', ...Object.keys(headers)];
  const lines = names.map((name) => `${name}: ${String(headers[name] ?? `${method.toLowerCase()} ${target}`)}`);
  const signature = signBytes(Buffer.from(lines.join('\n')), key).toString('base64');
  headers['signature'] =
    `keyId="${from}#${kid ?? jwkOf(key).kid}",algorithm="ed25519-sha512",headers="${names.join(' ')}",signature="${signature}"`;
  mischief.change?.(headers);
  return headers;
}

/** Sends a request at once, on a connection of its own. */
export function sendSigned(url: string, signer: Signer, server: string, mischief: Mischief): Promise<Said> {
  const { method = 'POST', target = '', body = '', sent = {} } = mischief;
  const headers = signedHeaders(signer, server, { ...mischief, method, target, body });
  const payload = sent.body ?? body;
  const { hostname, port } = new URL(url);
  const options = {
    hostname,
    port,
    agent: false,
    method: sent.method ?? method,
    path: sent.target ?? target,
    headers: { ...headers, 'content-length': Buffer.byteLength(payload) },
  };
  return new Promise((resolve, reject) => {
    const request = sendRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const isLines = response.headers['content-type'] === 'application/x-ndjson';
        resolve(saidOf(response.statusCode ?? 0, Buffer.concat(chunks).toString(), isLines));
      });
    });
    request.once('error', reject);
    request.end(payload);
  });
}

function saidOf(status: number, text: string, isLines: boolean): Said {
  const body = (isLines || text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  const lines = isLines && text !== '' ? text.replace(/\n$/, '').split('\n') : [];
  return { status, code: body['code'] as string | undefined, body, lines, text };
}
