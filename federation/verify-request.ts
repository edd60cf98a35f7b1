import type { PublicKey } from './keys.ts';
import type { NonceMemory } from './nonce-memory.ts';
import { ProtocolError } from './protocol-error.ts';
import { digestOf, readSignedRequest, type ReceivedRequest } from './request-signature.ts';
import { requireServerName, type ServerNameRules } from './server-name.ts';

/** How far the `Date` of a request may be from the time of its arrival. */
export const MAX_SKEW = 300_000;

export interface VerifyPorts {
  /** Name of this homeserver. */
  self: string;
  names: ServerNameRules;
  now(): number;
  /** Throws `server_blocked` or `identity_changed`. */
  requireWelcome(server: string): Promise<void>;
  /** Throws `rate_limited` with a wait. */
  takeTurn(server: string): void;
  nonces: NonceMemory;
  /** Throws `unknown_key`, `key_revoked`, `identity_changed`, `discovery_failed` or `busy`. */
  keyOf(server: string, kid: string): Promise<PublicKey>;
  /** The raw bytes; asked for only when everything before holds. Throws `too_large`. */
  readBody(): Promise<Uint8Array>;
}

export interface VerifiedRequest {
  server: string;
  kid: string;
  /** Of its `Date`, in ms. */
  sent: number;
  nonce: string;
  digest: string;
  contentType: string | undefined;
  body: Uint8Array;
}

/** Who sent a request, once everything of [SIG-4] holds, in its order: the cheapest first. Throws ProtocolError. */
export async function verifyRequest(request: ReceivedRequest, ports: VerifyPorts): Promise<VerifiedRequest> {
  const { self, names, now, nonces } = ports;
  const claimed = readSignedRequest(request);
  const { server, kid, nonce, digest, contentType } = claimed;
  if (claimed.to !== self) throw new ProtocolError('wrong_destination', `this is ${self}`);
  requireServerName(server, names);
  if (server === self) throw new ProtocolError('server_blocked', 'a homeserver does not ask itself');
  await ports.requireWelcome(server);
  ports.takeTurn(server);
  const sent = requireFresh(claimed.date, now());
  const counts = request.method !== 'GET' && request.method !== 'HEAD';
  if (counts && nonces.has(server, nonce)) throw replayed();

  const key = await ports.keyOf(server, kid);
  const body = await ports.readBody();
  if (digestOf(body) !== digest) throw new ProtocolError('bad_digest', 'the body is not the one that was signed');
  if (body.length > 0 && contentType === undefined)
    throw new ProtocolError('insufficient_coverage', 'a body without its content-type');
  if (!key.verify(claimed.signingBytes, claimed.signature))
    throw new ProtocolError('bad_signature', 'the signature is not of that key');
  // Only now: whoever cannot sign must not fill the memory. Of two that arrived together one is first here.
  if (counts && !nonces.use(server, nonce)) throw replayed();
  return { server, kid, sent, nonce, digest, contentType, body };
}

/** Only the one form that HTTP writes today: `Date` understands many others, and garbage as no time at all. */
function requireFresh(date: string, now: number): number {
  const sent = Date.parse(date);
  if (Number.isNaN(sent) || new Date(sent).toUTCString() !== date) throw new ProtocolError('stale', 'not a date');
  if (Math.abs(now - sent) > MAX_SKEW)
    throw new ProtocolError('stale', `${Math.round((now - sent) / 1_000)} s from the time here`);
  return sent;
}

const replayed = () => new ProtocolError('replay', 'this nonce was used before');
