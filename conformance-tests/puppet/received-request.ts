import type { IncomingMessage } from 'node:http';
import { sha256, verifies } from './keys.ts';

const signature =
  /^keyId="([^"#]+)#([^"]+)",algorithm="ed25519-sha512",headers="([^"]+)",signature="([A-Za-z0-9+/=]+)"$/;

/** What is wrong about a request that came, by [SIG-1] to [SIG-8]; undefined where nothing is. */
export async function faultOf(
  request: IncomingMessage,
  body: Buffer,
  self: string,
  keyOf: (server: string, kid: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const { method = '', url = '', headersDistinct: headers } = request;
  const one = (name: string) => (headers[name]?.length === 1 ? headers[name][0]! : undefined);
  const parsed = signature.exec(one('signature') ?? '');
  if (!parsed) return 'no signature in the form of SIG-3';
  const [, server = '', kid = '', names = '', sig = ''] = parsed;
  const covered = ['host', 'date', 'digest', 'x-folkmoot-to', 'x-folkmoot-nonce'];
  if (body.length > 0) covered.push('content-type');
  if (names !== ['(request-target)', ...covered].join(' ')) return `it covers ${names}`;
  const values = covered.map((name) => one(name));
  if (values.includes(undefined)) return 'a header that has to be there once';
  if (one('x-folkmoot-to') !== self) return `it is for ${one('x-folkmoot-to')}`;
  if (one('host') !== self) return `its host is ${one('host')}`;
  if (one('digest') !== `SHA-256=${sha256(body).toString('base64')}`) return 'its digest is not that of the body';
  if (!/^[A-Za-z0-9_-]{22}$/.test(one('x-folkmoot-nonce')!)) return 'its nonce';
  const x = await keyOf(server, kid);
  if (x === undefined) return `${server} does not publish the key ${kid}`;
  const lines = [`(request-target): ${method.toLowerCase()} ${url}`];
  for (const [at, name] of covered.entries()) lines.push(`${name}: ${values[at]}`);
  if (!verifies(Buffer.from(lines.join('\n')), Buffer.from(sig, 'base64'), x)) return 'its signature does not hold';
  return undefined;
}
