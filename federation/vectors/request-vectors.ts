import { createHash } from 'node:crypto';
import { readSignedRequest, signRequest } from '../request-signature.ts';
import { bytesOf, HOME, HUB, keyNamed, saltNamed, START } from './samples.ts';

const LABEL = 'requests';

interface Request {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: string;
}

export type RefusedRequest = { name: string; clause: string; code: string; request: Request };

export function requestVectors() {
  const key = keyNamed(LABEL);
  const ping = signed('POST', '/federation/v1/ping', '{"v":1}');
  const reading = signed('GET', '/federation/v1/spaces?after=1.2&limit=3', '');
  return {
    about:
      'Every request of `accepted` is one that `from` signed with `key` for `to` at the time `now`; `signing_text` is what is signed. ' +
      'Every request of `refused` is refused with its code by a receiver that has that name, that time and that key, and has seen no nonce.',
    now: START,
    from: HOME,
    to: HUB,
    key: { seed: bytesOf(LABEL).toString('hex'), jwk: key.publicJwk, kid: key.kid },
    accepted: [
      { name: 'with a body', request: ping, signing_text: signingTextOf(ping) },
      { name: 'without a body', request: reading, signing_text: signingTextOf(reading) },
      ...[-300, 300].map((seconds) => {
        const request = signed('POST', '/federation/v1/ping', '{"v":1}', { now: START + seconds * 1_000 });
        return { name: `${seconds} s from now`, request, signing_text: signingTextOf(request) };
      }),
    ],
    refused: refusedRequests(ping),
  };
}

function refusedRequests(ping: Request): RefusedRequest[] {
  const { signature = '', ...unsigned } = ping.headers;
  const withSignature = (text: string): Request => ({ ...ping, headers: { ...unsigned, signature: text } });
  const refused = (name: string, clause: string, code: string, request: Request) => ({ name, clause, code, request });
  const again = (changes: Partial<Signing>) => signed('POST', '/federation/v1/ping', '{"v":1}', changes);
  return [
    refused('without a signature', 'SIG-4', 'missing_signature', { ...ping, headers: unsigned }),
    refused('with two signatures', 'SIG-4', 'one_signature', withSignature(`signature="AA==",${signature}`)),
    refused('beside an Authorization header', 'SIG-4', 'one_signature', {
      ...ping,
      headers: { ...ping.headers, authorization: `Signature ${signature}` },
    }),
    refused('that covers the date only', 'SIG-1', 'insufficient_coverage', withSignature(covering(signature, 'date'))),
    refused('with headers in another order', 'SIG-1', 'insufficient_coverage', withSignature(swapped(signature))),
    refused('under another name of the algorithm', 'SIG-3', 'bad_signature', withSignature(renamed(signature))),
    refused('with a further parameter', 'SIG-3', 'bad_signature', withSignature(`${signature},created=1`)),
    refused('with another body', 'SIG-4', 'bad_digest', { ...ping, body: '{"v":2}' }),
    refused('with another method', 'SIG-4', 'bad_signature', { ...ping, method: 'PUT' }),
    refused('with another path', 'SIG-4', 'bad_signature', { ...ping, target: '/federation/v1/pong' }),
    refused('for another server', 'SIG-5', 'wrong_destination', again({ to: 'other.example' })),
    refused('from a name that is none', 'FED-1', 'bad_server_name', again({ from: '127.1' })),
    refused('301 s old', 'SIG-6', 'stale', again({ now: START - 301_000 })),
    refused('301 s ahead', 'SIG-6', 'stale', again({ now: START + 301_000 })),
    refused('signed by another key', 'KEY-5', 'unknown_key', again({ key: 'another' })),
  ];
}

interface Signing {
  now: number;
  to: string;
  from: string;
  key: string;
}

function signed(method: string, target: string, body: string, changes: Partial<Signing> = {}): Request {
  const { now = START, to = HUB, from = HOME, key = LABEL } = changes;
  const label = createHash('sha256')
    .update(JSON.stringify([method, target, changes]))
    .digest('hex');
  const request = { method, target, host: HUB, to, body: Buffer.from(body), now, nonce: saltNamed(label) };
  const contentType = body === '' ? {} : { contentType: 'application/json' };
  return { method, target, headers: signRequest({ ...request, ...contentType }, from, keyNamed(key)), body };
}

function signingTextOf({ method, target, headers }: Request): string {
  const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return readSignedRequest({ method, url: target, headers: distinct }).signingBytes.toString();
}

const covering = (signature: string, names: string) => signature.replace(/headers="[^"]+"/, `headers="${names}"`);
const swapped = (signature: string) => signature.replace('host date', 'date host');
const renamed = (signature: string) => signature.replace('ed25519-sha512', 'hs2019');
