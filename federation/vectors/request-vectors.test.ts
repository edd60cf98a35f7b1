import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { importPublicKey } from '../keys.ts';
import { createNonceMemory } from '../nonce-memory.ts';
import { ProtocolError } from '../protocol-error.ts';
import { type VerifiedRequest, verifyRequest } from '../verify-request.ts';
import type { requestVectors } from './request-vectors.ts';

const file = new URL('../../protocol-spec/vectors/request-signatures.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof requestVectors>;
const key = importPublicKey(vectors.key.jwk);

function receive({
  method,
  target,
  headers,
  body,
}: (typeof vectors.accepted)[number]['request']): Promise<VerifiedRequest> {
  const now = () => vectors.now;
  return verifyRequest(
    {
      method,
      url: target,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    },
    {
      self: vectors.to,
      names: {},
      now,
      requireWelcome: async () => undefined,
      takeTurn: () => undefined,
      nonces: createNonceMemory({ now }),
      async keyOf(server, kid) {
        if (server === vectors.from && kid === key.kid) return key;
        throw new ProtocolError('unknown_key', 'unknown');
      },
      readBody: async () => Buffer.from(body),
    },
  );
}

for (const { name, request, signing_text } of vectors.accepted) {
  test(`[SIG-1] [SIG-2] a signed request ${name}`, async () => {
    const { server, kid } = await receive(request);
    assert.deepEqual([server, kid], [vectors.from, key.kid]);
    assert.ok(signing_text.startsWith(`(request-target): ${request.method.toLowerCase()} ${request.target}\nhost: `));
  });
}

for (const { name, clause, code, request } of vectors.refused) {
  test(`[${clause}] a request ${name} is refused`, () => assert.rejects(receive(request), { code }));
}
