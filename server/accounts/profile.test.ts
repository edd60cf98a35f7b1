import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpacesOfUser } from './parts.ts';
import { startAccounts } from './accounts-testing.ts';

const space = `s_${'a'.repeat(32)}`;
const inOneSpace: Partial<SpacesOfUser> = {
  audiencesOf: async () => [{ to: 'space', space }],
  isAcquainted: async () => true,
};

test('a changed profile is told to the user and to the spaces', async (t) => {
  const { register, signalled } = await startAccounts(t, { spaces: inOneSpace });
  const alice = await register('alice');
  const changes = { handle: 'alice.b', display_name: 'Alice B.', bio: 'Gardener', pronouns: 'she' };
  const { status, json } = await alice.ask('PATCH', '/users/me', changes);
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(json, changes);
  const user = { id: alice.id, handle: 'alice.b', display_name: 'Alice B.' };
  assert.deepEqual(signalled, [
    { kind: 'shown', shown: { audience: { to: 'space', space }, t: 'user.updated', d: { user } } },
    { kind: 'shown', shown: { audience: { to: 'user', user: alice.id }, t: 'account.updated', d: { account: json } } },
  ]);
});

test('a new handle has to be free and good, but may look like the old one', async (t) => {
  const { register } = await startAccounts(t);
  const alice = await register('alice');
  await register('bob');
  const codeOf = async (handle: string) => (await alice.ask('PATCH', '/users/me', { handle })).code;
  assert.equal(await codeOf('b0b'), 'handle_taken');
  assert.equal(await codeOf('adm1n'), 'bad_handle');
  assert.equal(await codeOf('a.lice'), undefined);
  await register('alicia');
});

test('presence is set and signalled', async (t) => {
  const { register, signalled } = await startAccounts(t);
  const alice = await register('alice');
  const presence = { status: 'dnd', text: 'in the garden' };
  assert.equal((await alice.ask('PUT', '/users/me/presence', presence)).status, 200);
  assert.deepEqual((await alice.ask('GET', '/users/me')).json?.['presence'], presence);
  assert.deepEqual(signalled[0], { kind: 'presence', user: alice.id });
  assert.equal((await alice.ask('PUT', '/users/me/presence', { status: 'away', text: '' })).status, 400);
});

test('a profile is shown to those who share a space, and does not exist for others', async (t) => {
  const shared = new Set<string>();
  const { register } = await startAccounts(t, { spaces: { isAcquainted: async (_, __, other) => shared.has(other) } });
  const alice = await register('alice', { email: 'alice@mail.example' });
  const bert = await register('bert');
  const stranger = await bert.ask('GET', `/users/${alice.id}`);
  const nobody = await bert.ask('GET', `/users/u_${'a'.repeat(32)}`);
  const nonsense = await bert.ask('GET', '/users/whatever');
  assert.deepEqual([stranger.status, stranger.text], [nobody.status, nobody.text]);
  assert.deepEqual([stranger.status, stranger.text], [nonsense.status, nonsense.text]);
  assert.equal(stranger.status, 404);
  assert.equal((await bert.ask('GET', `/users/${bert.id}`)).status, 200);

  shared.add(alice.id);
  const seen = await bert.ask('GET', `/users/${alice.id}`);
  assert.deepEqual(Object.keys(seen.json ?? {}).sort(), [
    'bio',
    'created',
    'display_name',
    'handle',
    'home',
    'id',
    'pronouns',
  ]);
});
