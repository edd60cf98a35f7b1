import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import nacl from 'tweetnacl';
import { generateKeyPair, importPublicKey, thumbprint } from './keys.ts';
import { createNonceMemory } from './nonce-memory.ts';
import { ProtocolError } from './protocol-error.ts';
import { signRequest } from './request-signature.ts';
import { verifyRequest, type VerifyPorts } from './verify-request.ts';

const key = generateKeyPair();
const start = Date.UTC(2030, 0, 1, 12);
const self = 'a.example';

interface Sent {
  method: string;
  url: string;
  headers: Record<string, string[] | undefined>;
  body: Uint8Array;
}

function signed(changes: Partial<Parameters<typeof signRequest>[0]> = {}, from = 'b.example'): Sent {
  const body = changes.body ?? Buffer.from('{"v":1}');
  const request = {
    method: 'POST',
    target: '/federation/v1/ping?a=1&b=2',
    host: self,
    to: self,
    body,
    now: start,
    nonce: randomBytes(16).toString('base64url'),
    ...(body.length > 0 ? { contentType: 'application/json' } : {}),
    ...changes,
  };
  const headers = signRequest(request, from, key);
  const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { method: request.method, url: request.target, headers: distinct, body };
}

function receiver(changes: Partial<VerifyPorts> = {}) {
  const seen = { bodies: 0, asked: [] as string[] };
  let time = start;
  const ports: VerifyPorts = {
    self,
    names: {},
    now: () => time,
    requireWelcome: async () => undefined,
    takeTurn: () => undefined,
    nonces: createNonceMemory({ now: () => time }),
    async keyOf(server, kid) {
      seen.asked.push(`${server}#${kid}`);
      if (kid !== key.kid) throw new ProtocolError('unknown_key', 'unknown');
      return key.publicKey;
    },
    readBody: async () => new Uint8Array(),
    ...changes,
  };
  const receive = ({ body, ...request }: Sent) =>
    verifyRequest(request, {
      ...ports,
      async readBody() {
        seen.bodies++;
        return body;
      },
    });
  return { receive, seen, at: (now: number) => (time = now) };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'accepted';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

const withHeader = (sent: Sent, name: string, ...values: string[]): Sent => ({
  ...sent,
  headers: { ...sent.headers, [name]: values.length === 0 ? undefined : values },
});
const signatureOf = (sent: Sent) => sent.headers['signature']?.[0] ?? '';

test('[SIG-1] a request that was signed in the profile says who sent it', async () => {
  const { receive } = receiver();
  const sent = signed();
  const { server, kid, sent: time, body } = await receive(sent);
  assert.deepEqual([server, kid, time, body], ['b.example', key.kid, start, sent.body]);
  const fields = /^keyId="b\.example#[\w-]{43}",algorithm="ed25519-sha512",headers="([^"]+)",signature="[\w+/]{86}=="$/;
  assert.equal(
    fields.exec(signatureOf(sent))?.[1],
    '(request-target) host date digest x-folkmoot-to x-folkmoot-nonce content-type',
  );
});

test('[SIG-2] a request without a body has the digest of nothing and no content-type', async () => {
  const { receive } = receiver();
  const sent = signed({ method: 'GET', body: new Uint8Array() });
  assert.equal(sent.headers['digest']?.[0], 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  assert.equal((await receive(sent)).body.length, 0);
});

test('[SIG-1] a signature made by another implementation holds', async () => {
  const pair = nacl.sign.keyPair();
  const jwk = { crv: 'Ed25519', kty: 'OKP', x: Buffer.from(pair.publicKey).toString('base64url') } as const;
  const body = Buffer.from('{"v":1}');
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
  const headers: Record<string, string> = {
    host: self,
    date: 'Tue, 01 Jan 2030 12:00:00 GMT',
    digest,
    'x-folkmoot-to': self,
    'x-folkmoot-nonce': randomBytes(16).toString('base64url'),
    'content-type': 'application/json',
  };
  const lines = ['(request-target): post /x', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  const signature = Buffer.from(nacl.sign.detached(Buffer.from(lines.join('\n')), pair.secretKey)).toString('base64');
  const covered = ['(request-target)', ...Object.keys(headers)].join(' ');
  headers['signature'] =
    `keyId="b.example#${thumbprint(jwk)}",algorithm="ed25519-sha512",headers="${covered}",signature="${signature}"`;
  const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const { receive } = receiver({ keyOf: async () => importPublicKey(jwk) });
  assert.equal((await receive({ method: 'POST', url: '/x', headers: distinct, body })).kid, thumbprint(jwk));
});

test('[SIG-4] an unsigned request is refused before its body is read (F1)', async () => {
  const { receive, seen } = receiver();
  assert.equal(await codeOf(receive(withHeader(signed(), 'signature'))), 'missing_signature');
  assert.deepEqual(seen, { bodies: 0, asked: [] });
});

test('[SIG-4] exactly one signature, and none in the shadow of another (F13)', async () => {
  const { receive } = receiver();
  const sent = signed();
  const own = signatureOf(sent);
  const others = [
    withHeader(sent, 'signature', 'garbage', own),
    withHeader(sent, 'signature', own, own),
    withHeader(sent, 'signature', `keyId="c.example#x",signature="AA",${own}`),
    withHeader(sent, 'signature', `${own}, ${own}`),
    withHeader(sent, 'authorization', `Signature ${own}`),
    withHeader(withHeader(sent, 'signature'), 'authorization', `Signature ${own}`),
  ];
  for (const other of others) assert.equal(await codeOf(receive(other)), 'one_signature');
});

test('[SIG-1] exactly the headers of the profile are covered, in its order (F3)', async () => {
  const { receive } = receiver();
  const sent = signed();
  const own = signatureOf(sent);
  const covering = (change: (names: string) => string) =>
    withHeader(
      sent,
      'signature',
      own.replace(/headers="([^"]+)"/, (_, names: string) => `headers="${change(names)}"`),
    );
  const wrong = [
    covering((names) => names.replace(' digest', '')),
    covering((names) => names.replace(' x-folkmoot-to', '')),
    covering((names) => names.replace(' content-type', '')),
    covering((names) => names.replace('host date', 'date host')),
    covering((names) => `${names} x-more`),
    covering(() => 'date'),
    withHeader(sent, 'digest'),
    withHeader(sent, 'date', 'a', 'b'),
    withHeader(sent, 'content-type'),
  ];
  for (const other of wrong) assert.equal(await codeOf(receive(other)), 'insufficient_coverage');
});

test('[SIG-3] another algorithm, parameter, order or spelling of the header is refused', async () => {
  const { receive } = receiver();
  const sent = signed();
  const own = signatureOf(sent);
  const wrong = [
    own.replace('ed25519-sha512', 'hs2019'),
    own.replace('ed25519-sha512', 'rsa-sha256'),
    own.replace('ed25519-sha512', 'ED25519-SHA512'),
    own.replace('==', ''),
    own
      .replace(/.(==")$/, (text) => (text.startsWith('A') ? 'B==' : 'A==') + '"')
      .replace('signature="', 'signature=" '),
    own.replace('#', ''),
    own.replace(',algorithm', ', algorithm'),
    `${own},created=1`,
    `created=1893499200,${own}`,
    own.replace('(request-target)', '(REQUEST-TARGET)'),
    own.replace(/^(keyId="[^"]+"),(algorithm="[^"]+")/, '$2,$1'),
    'garbage',
  ];
  for (const text of wrong)
    assert.equal(await codeOf(receive(withHeader(sent, 'signature', text))), 'bad_signature', text);
});

test('[SIG-4] a signature with S + L and one with other bytes are refused (F17)', async () => {
  const { receive } = receiver();
  const sent = signed();
  const own = signatureOf(sent);
  const bytes = Buffer.from(/signature="([^"]+)"/.exec(own)?.[1] ?? '', 'base64');
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  const more = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  for (const changed of [Buffer.concat([bytes.subarray(0, 32), more]), Buffer.alloc(64), randomBytes(64)]) {
    const text = own.replace(/signature="[^"]+"/, `signature="${changed.toString('base64')}"`);
    assert.equal(await codeOf(receive(withHeader(sent, 'signature', text))), 'bad_signature');
  }
});

test('[SIG-4] another body under the same headers is refused (F2)', async () => {
  const { receive } = receiver();
  assert.equal(await codeOf(receive({ ...signed(), body: Buffer.from('{"v":2}') })), 'bad_digest');
  assert.equal(await codeOf(receive(withHeader(signed(), 'digest', 'MD5=abc'))), 'bad_digest');
  const unsaid = signed({ method: 'GET', body: new Uint8Array() });
  assert.equal(await codeOf(receive({ ...unsaid, body: Buffer.from('x') })), 'bad_digest');
});

test('[SIG-4] another method, path or order of the query breaks the signature (F4, F5)', async () => {
  const { receive } = receiver();
  for (const change of [
    { method: 'DELETE' },
    { method: 'PUT' },
    { url: '/federation/v1/pong?a=1&b=2' },
    { url: '/federation/v1/ping?a=1&b=3' },
    { url: '/federation/v1/ping?b=2&a=1' },
    { url: '/federation/v1/ping' },
    { url: '/federation/v1/%70ing?a=1&b=2' },
  ])
    assert.equal(await codeOf(receive({ ...signed(), ...change })), 'bad_signature', JSON.stringify(change));
  assert.equal(await codeOf(receive(withHeader(signed(), 'host', 'c.example'))), 'bad_signature');
});

test('[SIG-5] a request for another homeserver is refused (F6)', async () => {
  const { receive, seen } = receiver();
  assert.equal(await codeOf(receive(signed({ to: 'c.example' }))), 'wrong_destination');
  assert.deepEqual(seen, { bodies: 0, asked: [] });
});

test('[FED-1] a bad name is refused before anybody is asked about it (F42)', async () => {
  const { receive, seen } = receiver();
  for (const name of ['1.2.3.4', 'B.example', 'localhost', 'b.example:443', 'b.example.', '2130706433', 'a@b'])
    assert.equal(await codeOf(receive(signed({}, name))), 'bad_server_name', name);
  assert.deepEqual(seen.asked, []);
});

test('[SIG-6] a date up to five minutes away is taken, and nothing that is no date (F10, F11)', async () => {
  const { receive } = receiver();
  for (const [offset, code] of [
    [-301, 'stale'],
    [-299, 'accepted'],
    [0, 'accepted'],
    [299, 'accepted'],
    [301, 'stale'],
  ] as const)
    assert.equal(await codeOf(receive(signed({ now: start + offset * 1_000 }))), code, String(offset));
  for (const date of [
    'garbage',
    '',
    '0',
    '-1',
    '1893499200',
    '1893499200000',
    '9007199254740993',
    '2030-01-01T12:00:00Z',
    'Tue, 1 Jan 2030 12:00:00 GMT',
    'Tue, 01 Jan 2030 12:00:00 UTC',
    'Wed, 01 Jan 2030 12:00:00 GMT',
    'Tue, 01 Jan 2030 12:00:00.5 GMT',
  ])
    assert.equal(await codeOf(receive(withHeader(signed(), 'date', date))), 'stale', date);
});

test('[SIG-8] the same nonce does something once, also when both arrive together (F8)', async () => {
  const { receive, at } = receiver();
  const sent = signed();
  assert.deepEqual((await Promise.all([codeOf(receive(sent)), codeOf(receive(sent))])).sort(), ['accepted', 'replay']);
  at(start + 299_000);
  assert.equal(await codeOf(receive(sent)), 'replay');
  const read = signed({ method: 'GET', body: new Uint8Array() });
  assert.equal(await codeOf(receive(read)), 'accepted');
  assert.equal(await codeOf(receive(read)), 'accepted');
});

test('[SIG-8] what was not signed uses up no nonce', async () => {
  const { receive } = receiver();
  const sent = signed();
  assert.equal(await codeOf(receive({ ...sent, body: Buffer.from('other') })), 'bad_digest');
  assert.equal(await codeOf(receive({ ...sent, method: 'PUT' })), 'bad_signature');
  assert.equal(await codeOf(receive(sent)), 'accepted');
});

test('[SIG-4] cheap refusals come first: a blocked server costs no key and no body', async () => {
  const refusing = (code: 'server_blocked' | 'rate_limited') => () => {
    throw new ProtocolError(code, 'no');
  };
  const blocked = receiver({ requireWelcome: async () => refusing('server_blocked')() });
  assert.equal(await codeOf(blocked.receive(signed())), 'server_blocked');
  const limited = receiver({ takeTurn: refusing('rate_limited') });
  assert.equal(await codeOf(limited.receive(signed())), 'rate_limited');
  assert.deepEqual(
    [blocked.seen, limited.seen],
    [
      { bodies: 0, asked: [] },
      { bodies: 0, asked: [] },
    ],
  );
});
