import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { requireIdentity } from '@folkmoot/federation/identity.ts';
import { sql } from '../storage/query.ts';
import { goodPassword, personOf, startAccounts } from './accounts-testing.ts';
import { createRegistrationInvite } from './registration-invite.ts';
import { makeSetUpToken } from './set-up-link.ts';

test('C21: no file of the data folder holds a token, a password, an e-mail address or a key', async (t) => {
  const { ask, register, folder, parts, db } = await startAccounts(t);
  const setUp = await parts.commit(makeSetUpToken);
  const invite = await parts.commit((tx) => createRegistrationInvite(tx, { expires: null, maxUses: 1 }, 0));
  const alice = await register('alice', { email: 'alice.secret@mail.example' });
  const refreshed = await ask('POST', '/api/v1/sessions/refresh', { body: { refresh_token: alice.refreshToken } });
  const again = personOf(ask, refreshed);
  const [row] = await db.read((reader) => reader.select(sql.selectFrom('users').selectAll()));
  const seed = parts.secrets.open('identity-key', row?.identity_sealed ?? '');

  const files = await readdir(folder);
  assert.ok(files.includes('folkmoot.db-wal'));
  const stored = Buffer.concat(await Promise.all(files.map((file) => readFile(join(folder, file)))));
  assert.ok(stored.includes('alice'), 'what may be found is found');
  const secrets = [alice.token, alice.refreshToken, again.token, again.refreshToken, setUp ?? '', invite];
  const texts = [...secrets, ...secrets.map((token) => token.slice(5)), goodPassword, 'alice.secret', 'mail.example'];
  for (const secret of [...texts, seed, seed.toString('base64url'), seed.toString('hex')]) {
    assert.ok(secret.length > 0 && !stored.includes(secret), String(secret));
  }
});

test('every user has a signed identity of its own key', async (t) => {
  const { register, db } = await startAccounts(t);
  const alice = await register('alice');
  const read = async () => {
    const [row] = await db.read((reader) => reader.select(sql.selectFrom('users').selectAll()));
    return requireIdentity(JSON.parse(row?.identity ?? ''));
  };
  const first = await read();
  assert.deepEqual([first.user, first.handle, first.home, first.serial], [alice.id, 'alice', 'home.example', 1]);
  await alice.ask('PATCH', '/users/me', { handle: 'alice.b' });
  const second = await read();
  assert.deepEqual([second.user, second.handle, second.serial], [alice.id, 'alice.b', 2]);
});
