import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildIdentity, requireIdentity, userIdOf } from './identity.ts';
import { generateKeyPair } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';
import { signObject } from './signing.ts';

const key = generateKeyPair();
const fields = { home: 'home.example', handle: 'alice', serial: 1, ts: 1_790_000_000_000 };
const document = buildIdentity(fields, key);

test('[CAN-21] a user keeps the id when handle and home change', () => {
  const moved = buildIdentity({ ...fields, home: 'new.example', handle: 'alice2', serial: 2 }, key);
  assert.equal(moved.user, document.user);
  assert.equal(requireIdentity(moved).user, userIdOf(key.publicJwk));
});

test('[CAN-22] a document that somebody else wrote or changed is refused', () => {
  const other = generateKeyPair();
  const refused: [code: string, value: unknown][] = [
    ['malformed', null],
    ['malformed', { ...document, handle: 'Alice' }],
    ['malformed', { ...document, key: { ...document.key, extra: 1 } }],
    ['unsupported_version', { ...document, v: 2 }],
    ['bad_signature', { ...document, home: 'evil.example' }],
    ['bad_signature', { ...document, bot: true }],
    ['bad_signature', { ...document, kid: other.kid }],
    ['bad_key', { ...document, key: other.publicJwk }],
    ['bad_key', signObject('identity', { ...document, key: other.publicJwk }, other)],
    ['bad_key', { ...document, key: { ...document.key, x: 'A'.repeat(43) } }],
  ];
  for (const [code, value] of refused)
    assert.throws(() => requireIdentity(value), refusal(code), JSON.stringify(value));
});

test('[CAN-19] a member that is not known is kept, and covered by the signature', () => {
  const extended = signObject('identity', { ...document, pronouns_hint: 'x' }, key);
  assert.deepEqual(requireIdentity(extended), extended);
  assert.throws(() => requireIdentity({ ...extended, pronouns_hint: 'y' }), refusal('bad_signature'));
});

function refusal(code: string) {
  return (error: unknown) => error instanceof ProtocolError && error.code === code;
}
