import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from './ids.ts';
import { buildIntent, INTENT_LIFETIME, signIntent, verifyIntent } from './intent.ts';
import { generateKeyPair } from './keys.ts';

const home = generateKeyPair();
const fields = {
  aud: 'hub.example',
  space: randomId('s_', 32),
  stream: '_',
  type: 'member.join',
  actor: randomId('u_', 32),
  home: 'home.example',
  n: 1,
  ts: 1_790_000_000_000,
  body: {},
};

test('[STR-8] [STR-10] an intent has its own id, and lives for a day unless it says otherwise', () => {
  const [one, other] = [buildIntent(fields), buildIntent(fields)];
  assert.match(one.id, /^i_[a-z2-7]{26}$/);
  assert.notEqual(one.id, other.id);
  assert.equal(one.exp, fields.ts + INTENT_LIFETIME);
  assert.equal(buildIntent({ ...fields, exp: fields.ts + 1 }).exp, fields.ts + 1);
});

test('[STR-9] the home signs all of an intent', () => {
  const intent = signIntent(buildIntent(fields), home);
  assert.ok(verifyIntent(intent, home.publicKey));
  assert.ok(!verifyIntent({ ...intent, aud: 'other.example' }, home.publicKey));
  assert.ok(!verifyIntent(intent, generateKeyPair().publicKey));
  assert.ok(!verifyIntent(buildIntent(fields), home.publicKey));
});
