import { hash } from 'node:crypto';
import httpSignature from 'http-signature';
import type { SigningKey } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';

// http-signature is the codec only: it writes and reads the header. Its own checks take `Date: garbage`, know nothing of
// digests and run a hundredth as fast as node:crypto.

/** What is signed, in this order [SIG-1]. */
const COVERED = ['(request-target)', 'host', 'date', 'digest', 'x-folkmoot-to', 'x-folkmoot-nonce'];
const WITH_BODY = [...COVERED, 'content-type'];
/** The name that the library has for ed25519. */
const ALGORITHM = 'ed25519-sha512';

const KEY_ID = /^([^#]+)#([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;
const NONCE = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const DIGEST = /^SHA-256=[A-Za-z0-9+/]{43}=$/;

export interface OutgoingRequest {
  method: string;
  /** Path and query as they go on the wire. */
  target: string;
  host: string;
  /** Server name of the one that is asked. */
  to: string;
  /** Empty where there is none. */
  body: Uint8Array;
  /** With a body only. */
  contentType?: string;
  /** Milliseconds. */
  now: number;
  /** 22 base64url characters of 16 random bytes. */
  nonce: string;
}

/** The headers that prove a request to be of `from` [SIG-1] to [SIG-3]. */
export function signRequest(request: OutgoingRequest, from: string, key: SigningKey): Record<string, string> {
  const { method, target, host, to, body, contentType, now, nonce } = request;
  const headers: Record<string, string> = {
    host,
    date: new Date(now).toUTCString(),
    digest: digestOf(body),
    'x-folkmoot-to': to,
    'x-folkmoot-nonce': nonce,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  };
  let signature = '';
  const signer = httpSignature.createSigner({
    sign: (data, done) =>
      done(null, {
        keyId: `${from}#${key.kid}`,
        algorithm: ALGORITHM,
        signature: key.sign(Buffer.from(data)).toString('base64'),
      }),
  });
  signer.writeTarget(method, target);
  for (const [name, value] of Object.entries(headers)) signer.writeHeader(name, value);
  // It calls back before it returns, because `sign` above does.
  signer.sign((error, authorization) => {
    if (error) throw error;
    signature = authorization.slice('Signature '.length);
  });
  return { ...headers, signature };
}

export interface ReceivedRequest {
  method: string;
  /** As in the request line. */
  url: string;
  /** As node:http has them in `headersDistinct`. */
  headers: Readonly<Record<string, string[] | undefined>>;
}

/** What the headers claim; nothing of it is proven yet. */
export interface ClaimedRequest {
  server: string;
  kid: string;
  to: string;
  date: string;
  nonce: string;
  digest: string;
  contentType: string | undefined;
  signingBytes: Buffer;
  signature: Buffer;
}

/**
 * First of the checks of [SIG-4]: one signature, of this profile, over exactly what has to be covered. Throws
 * `missing_signature`, `one_signature`, `insufficient_coverage` and `bad_signature`.
 */
export function readSignedRequest({ method, url, headers: received }: ReceivedRequest): ClaimedRequest {
  const header = requireOneSignature(received);
  const hasBody = received['content-type'] !== undefined;
  const headers = requireCovered(received, hasBody ? WITH_BODY : COVERED);
  const { params, signingString } = parse(method, url, { ...headers, signature: header });
  if (params.headers.join(' ') !== (hasBody ? WITH_BODY : COVERED).join(' '))
    throw new ProtocolError('insufficient_coverage', 'not exactly these headers, in this order, are signed');
  if (header !== headerOf(params)) throw new ProtocolError('bad_signature', 'the header is not in the one form it has');
  const [, server = '', kid = ''] = KEY_ID.exec(params.keyId) ?? [];
  const signature = Buffer.from(params.signature, 'base64');
  const isStrict = signature.length === 64 && signature.toString('base64') === params.signature;
  if (kid === '' || params.algorithm !== ALGORITHM || !isStrict)
    throw new ProtocolError('bad_signature', 'not a signature of this profile');
  const claimed = {
    to: headers['x-folkmoot-to'] ?? '',
    date: headers['date'] ?? '',
    nonce: headers['x-folkmoot-nonce'] ?? '',
    digest: headers['digest'] ?? '',
    contentType: headers['content-type'],
  };
  if (!NONCE.test(claimed.nonce)) throw new ProtocolError('bad_signature', 'the nonce is not 16 bytes in base64url');
  if (!DIGEST.test(claimed.digest)) throw new ProtocolError('bad_digest', 'the digest is not SHA-256 in base64');
  return { ...claimed, server, kid, signature, signingBytes: Buffer.from(signingString) };
}

/** SHA-256 of a body as the header `Digest` has it. */
export function digestOf(body: Uint8Array): string {
  return `SHA-256=${hash('sha256', body, 'base64')}`;
}

/** An `Authorization` header would be read instead of `Signature`, and so one could stand in the shadow of another. */
function requireOneSignature(received: ReceivedRequest['headers']): string {
  const signatures = received['signature'] ?? [];
  const [header] = signatures;
  if (header === undefined && received['authorization'] === undefined)
    throw new ProtocolError('missing_signature', 'no header Signature');
  const isOne = signatures.length === 1 && header!.split('signature="').length <= 2;
  if (!isOne || received['authorization'] !== undefined)
    throw new ProtocolError('one_signature', 'not one header Signature with one signature');
  return header!;
}

function requireCovered(received: ReceivedRequest['headers'], covered: readonly string[]): Record<string, string> {
  const names = covered.filter((name) => !name.startsWith('('));
  return Object.fromEntries(
    names.map((name) => {
      const values = received[name] ?? [];
      if (values.length !== 1) throw new ProtocolError('insufficient_coverage', `not one header ${name}`);
      return [name, values[0]!];
    }),
  );
}

function parse(method: string, url: string, headers: Record<string, string>) {
  try {
    // The library knows only the clock of the machine and takes what is no date: both are checked by us.
    const options = { headers: [...COVERED], strict: true, clockSkew: Number.MAX_SAFE_INTEGER };
    return httpSignature.parseRequest({ method, url, headers }, options);
  } catch (cause) {
    const code =
      cause instanceof Error && cause.name === 'MissingHeaderError' ? 'insufficient_coverage' : 'bad_signature';
    throw new ProtocolError(code, 'the header Signature cannot be read', { cause });
  }
}

/** Comparing with this text refuses further, doubled and differently ordered parameters at once. */
function headerOf({ keyId, algorithm, headers, signature }: ReturnType<typeof parse>['params']): string {
  return `keyId="${keyId}",algorithm="${algorithm}",headers="${headers.join(' ')}",signature="${signature}"`;
}
