import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { hashToken, issueToken } from './tokens.ts';

test('a token tells what it is for and carries 256 random bits', () => {
  const { token, hash } = issueToken('fm_s_');
  assert.match(token, /^fm_s_[A-Za-z0-9_-]{43}$/);
  assert.equal(hash, createHash('sha256').update(token).digest('base64url'));
  assert.equal(hash, hashToken(token));
  assert.notEqual(token, issueToken('fm_s_').token);
});
