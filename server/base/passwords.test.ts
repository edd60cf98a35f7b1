import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { test } from 'node:test';
import { Refusal } from './errors.ts';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords();

test('the right password is recognised, another is not', async () => {
  const hash = await passwords.hash('correct horse');
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.deepEqual(await passwords.verify('correct horse', hash), { ok: true, rehash: false });
  assert.deepEqual(await passwords.verify('Correct horse', hash), { ok: false, rehash: false });
});

test('equal passwords have different hashes', async () => {
  assert.notEqual(await passwords.hash('same'), await passwords.hash('same'));
});

test('a password typed in another normal form is the same', async () => {
  const hash = await passwords.hash('caf\u00e9');
  assert.equal((await passwords.verify('cafe\u0301', hash)).ok, true);
});

test('a weaker hash is recognised and marked for a new one', async () => {
  const nonce = Buffer.alloc(16, 1);
  const key = argon2Sync('argon2id', { message: 'old', nonce, memory: 4096, passes: 1, parallelism: 1, tagLength: 16 });
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  const hash = `$argon2id$v=19$m=4096,t=1,p=1$${text(nonce)}$${text(key)}`;
  assert.deepEqual(await passwords.verify('old', hash), { ok: true, rehash: true });
  assert.deepEqual(await passwords.verify('new', hash), { ok: false, rehash: false });
});

test('for an unknown user the answer is no after the same work', async () => {
  const known = await passwords.hash('x');
  // Processor time, because others use the machine too.
  const workOf = async (hash: string | undefined) => {
    const start = process.cpuUsage();
    assert.equal((await passwords.verify('y', hash)).ok, false);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  const least = async (hash: string | undefined) =>
    Math.min(await workOf(hash), await workOf(hash), await workOf(hash));
  const [unknown, wrong] = [await least(undefined), await least(known)];
  assert.ok(unknown > wrong / 3, `${unknown} µs against ${wrong} µs`);
});

test('a flood is refused, what waits is done', async () => {
  const results = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.verify('x', undefined)));
  const refused = results.filter((result) => result.status === 'rejected');
  assert.equal(refused.length, 80 - 64 - 2);
  for (const { reason } of refused)
    assert.ok(reason instanceof Refusal && reason.code === 'busy' && reason.details['retry']);
  assert.equal((await passwords.verify('x', undefined)).ok, false);
});

test('something that is no hash is a mistake, not a wrong password', async () => {
  await assert.rejects(passwords.verify('x', 'plain text'));
});
