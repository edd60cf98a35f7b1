import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { test } from 'node:test';
import { generateKeyPair, importPublicKey, signingKeyFromSeed } from './keys.ts';
import { ProtocolError } from './protocol-error.ts';

test('[CAN-17] seed, public key and thumbprint are those of RFC 8037, appendix A', () => {
  const key = signingKeyFromSeed(Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url'));
  assert.equal(key.publicJwk.x, '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
  assert.equal(key.kid, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  const signature = key.sign(Buffer.from('eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc'));
  assert.equal(
    signature.toString('base64url'),
    'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  );
});

test('a key lives on in its exported seed', () => {
  const key = generateKeyPair();
  const again = signingKeyFromSeed(key.exportSecret());
  assert.equal(again.kid, key.kid);
  assert.ok(verify(null, Buffer.from('x'), key.publicKey.keyObject, again.sign(Buffer.from('x'))));
});

test('[CAN-16] what is not an ed25519 key in strict base64url is refused', () => {
  const { publicJwk: jwk } = generateKeyPair();
  const refused = [
    {},
    { ...jwk, kty: 'EC' },
    { ...jwk, crv: 'X25519' },
    { ...jwk, x: 1 },
    { ...jwk, x: `${jwk.x}=` },
    { ...jwk, x: ` ${jwk.x}` },
    { ...jwk, x: jwk.x.slice(1) },
    { ...jwk, x: `${jwk.x}AA` },
  ];
  for (const bad of refused) assert.throws(() => importPublicKey(bad), isBadKey, JSON.stringify(bad));
});

test('[CAN-16] other members of a JWK do not change its kid', () => {
  const { publicJwk, kid } = generateKeyPair();
  assert.deepEqual(importPublicKey({ ...publicJwk, alg: 'EdDSA', kid: 'other' }).kid, kid);
});

function isBadKey(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === 'bad_key';
}
