import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { buildIdentity, type IdentityFields } from '@folkmoot/federation/identity.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { generateKeyPair } from '@folkmoot/federation/keys.ts';
import { canonicalize } from '@folkmoot/federation/canonical-json.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import * as people from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { sql } from '../storage/query.ts';
import { relationTo, requestsOf } from '../testing/acquaintances.ts';
import { TestNetwork } from '../testing/federated.ts';
import { type Person, person } from '../testing/people.ts';
import type { Mischief } from '@folkmoot/conformance-tests/puppet/signed-request.ts';
import { Puppet } from '../testing/puppet.ts';
import { Watcher } from '../testing/watching.ts';

const network = await TestNetwork.open();
after(() => network[Symbol.asyncDispose]());
const home = await network.homeserver();
const puppet = await Puppet.open(network);

/** A user of the puppet, or of whom it says. */
function stranger(fields: Partial<IdentityFields> = {}) {
  const key = generateKeyPair();
  const identity = buildIdentity({ home: puppet.name, handle: 'mallory', serial: 1, ts: Date.now(), ...fields }, key);
  return { id: identity.user, key, from: { identity, display_name: 'Mallory' } };
}
const says = (path: string, body: object, more: Mischief = {}) =>
  puppet.says(home.name, { target: `/federation/v1${path}`, body: canonicalize({ v: 1, ...body }), ...more });
const letter = () => ({ id: randomId('i_') });
const asks = (who: { from: object }, to: Person, more: object = {}) =>
  says('/relationships', { ...letter(), from: who.from, to: to.account.id, message: 'request', ...more });
const invites = (who: { from: object }, to: Person | { account: { id: string } }, more: object = {}) =>
  says('/invites', {
    ...letter(),
    from: who.from,
    to: to.account.id,
    kind: 'dm',
    space: `s_${'b'.repeat(32)}`,
    hub: puppet.name,
    code: 'A'.repeat(22),
    ...more,
  });

test('[PPL-5] [PPL-4] a friend request of another homeserver arrives once', async () => {
  const bo = await person(home.url);
  const mallory = stranger();
  const id = randomId('i_');
  const asked = { id, from: mallory.from, to: bo.account.id, message: 'request' };
  assert.equal((await says('/relationships', asked)).status, 202);
  assert.equal(await relationTo(bo, mallory.id), 'incoming');
  await bo.client.call(people.removeRelationship, { params: { user: mallory.id } });
  assert.equal((await says('/relationships', asked)).status, 202);
  assert.equal(await relationTo(bo, mallory.id), 'none');
});

test('[PPL-1] nobody speaks for users of others (F143)', async () => {
  const [ada, bo] = [await person(home.url), await person(home.url)];
  const elsewhere = stranger({ home: 'other.example' });
  for (const said of [await asks(elsewhere, bo), await invites(elsewhere, bo)])
    assert.deepEqual([said.status, said.code], [403, 'wrong_origin']);
  const profile = { ...elsewhere.from, bio: '', pronouns: '', created: 1 };
  assert.equal((await says('/profiles', { ...letter(), profiles: [profile], deleted: [] })).code, 'wrong_origin');
  await says('/profiles', { ...letter(), profiles: [], deleted: [ada.account.id] });
  assert.equal((await bo.client.call(people.lookUpUser, { body: { handle: ada.account.handle! } })).id, ada.account.id);
  const forged = stranger();
  const changed = { ...forged.from, identity: { ...forged.from.identity, handle: 'ada' } };
  assert.equal((await asks({ from: changed }, bo)).status, 400);
  const taken = stranger();
  await asks(taken, bo);
  const older = buildIdentity({ home: puppet.name, handle: 'new.name', serial: 3, ts: 1 }, taken.key);
  await asks({ from: { identity: older, display_name: 'Newer' } }, ada);
  assert.equal((await asks(taken, ada)).status, 202);
  const { relationships } = await ada.client.call(people.listRelationships);
  assert.equal(relationships.find(({ user }) => user.id === taken.id)?.user.display_name, 'Newer');
});

test('[PPL-5] [PPL-6] an answer does not tell whether there is somebody, and what was never asked is no friendship', async () => {
  const bo = await person(home.url);
  const mallory = stranger();
  const nobody = { account: { id: `u_${'c'.repeat(32)}` } };
  const answers = [await asks(mallory, bo), await asks(mallory, nobody as Person), await invites(mallory, bo)];
  await bo.client.call(people.blockUser, { params: { user: mallory.id } });
  answers.push(await asks(mallory, bo), await invites(mallory, bo), await invites(mallory, nobody));
  assert.equal(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size, 1);
  assert.deepEqual(await requestsOf(bo), []);
  const eve = stranger();
  await asks(eve, bo, { message: 'accept' });
  assert.equal(await relationTo(bo, eve.id), 'none');
});

test('[PPL-6] [REQ-1] an invite carries no words, and an endless or odd one is refused (F132)', async () => {
  const bo = await person(home.url);
  using sees = await Watcher.of(bo);
  const mallory = stranger();
  for (const more of [
    { name: 'Free money' },
    { hub: 'NOT A SERVER' },
    { code: 'x' },
    { kind: 'community' },
    { space: 1 },
  ])
    assert.equal((await invites(mallory, bo, more)).code, 'invalid_body');
  const huge = { from: { ...mallory.from, display_name: 'x'.repeat(1_000_000) } };
  assert.equal((await invites(huge, bo)).status, 413);
  assert.equal((await invites(mallory, bo)).status, 202);
  await sees.sees('request.added', ({ request }) => request.from.id === mallory.id);
  assert.equal(sees.events.filter(({ t }) => t === 'request.added').length, 1);
});

test('[PPL-2] [PPL-3] [PPL-9] users are found, read and watched by those only who may (F123)', async () => {
  const bo = await person(home.url);
  const mallory = stranger();
  using sees = await Watcher.of(bo);
  const query = (handle: string, from = mallory.id) => says('/users/query', { handle, from });
  const found = await query(bo.account.handle!);
  assert.equal(found.status, 200);
  assert.equal((await query('nobody.here')).code, 'not_found');
  await bo.client.call(people.setPrivacy, { body: { found_by: 'acquaintances', requests_from: 'everyone' } });
  const friend = await person(home.url);
  const hidden = [
    await query(bo.account.handle!),
    await query('nobody.here'),
    await query(bo.account.handle!, friend.account.id),
  ];
  assert.equal(new Set(hidden.map(({ status, code }) => `${status} ${code}`)).size, 1);
  const read = (user: string) =>
    puppet.says(home.name, { method: 'GET', target: `/federation/v1/users/${user}`, body: '' });
  const unread = [await read(bo.account.id), await read(`u_${'d'.repeat(32)}`)];
  assert.deepEqual(
    unread.map(({ code }) => code),
    ['not_found', 'not_found'],
  );
  const watch = () => says('/presence/watch', { watch: [{ user: bo.account.id, by: [mallory.id] }] });
  assert.deepEqual((await watch()).body, { v: 1, presences: [] });
  await asks(mallory, bo);
  await sees.sees('relationship.updated');
  await bo.client.call(people.acceptFriend, { params: { user: mallory.id } });
  assert.equal((await read(bo.account.id)).status, 200);
  const [presence] = (await watch()).body['presences'] as { status: string; to: string[] }[];
  assert.deepEqual([presence?.status, presence?.to], ['online', [mallory.id]]);
  const lie = { user: friend.account.id, status: 'dnd', text: 'owned', to: [bo.account.id] };
  assert.equal((await says('/ephemeral', { presences: [lie] })).status, 202);
  assert.equal((await query(bo.account.handle!)).status, 200);
  assert.equal((await invites(stranger(), bo)).status, 202);
  await sees.sees('request.added');
  assert.ok(!sees.events.some(({ t, d }) => t === 'presence.updated' && JSON.stringify(d).includes('owned')));
});

const usersKnown = () =>
  home.homeserver.database.read(async (reader) => (await reader.select(sql.selectFrom('users').select('id'))).length);

test('[PPL-5] [PPL-6] whoever was refused leaves nothing behind, and old papers say no more than new ones', async () => {
  const bo = await person(home.url);
  await bo.client.call(people.setPrivacy, { body: { found_by: 'nobody', requests_from: 'nobody' } });
  const before = await usersKnown();
  for (let n = 0; n < 10; n++) assert.equal((await asks(stranger(), bo)).status, 202);
  assert.equal(await usersKnown(), before);

  const ada = await person(home.url);
  const mallory = stranger();
  await asks({ from: { ...mallory.from, identity: renewed(mallory.key, 5) } }, ada);
  const nobody = { account: { id: `u_${'c'.repeat(32)}` } } as Person;
  const answers = [await asks(mallory, ada), await asks(mallory, nobody), await invites(mallory, ada)];
  assert.deepEqual(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size, 1);
  assert.deepEqual(await requestsOf(ada), []);
});

test('[REQ-1] a friend whose homeserver is hostile cannot fill the list of requests', async () => {
  const bo = await person(home.url);
  using sees = await Watcher.of(bo);
  const mallory = stranger();
  await asks(mallory, bo);
  await bo.client.call(people.acceptFriend, { params: { user: mallory.id } });
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (const letter of letters) {
    const more = { space: `s_${letter.repeat(32)}`, code: letter.repeat(22) };
    assert.equal((await invites(mallory, bo, more)).status, 202);
  }
  await sees.sees('request.added');
  assert.ok((await requestsOf(bo)).length <= 20);
  const bogus = await invites(mallory, bo, { hub: home.name });
  assert.equal(bogus.status, 202);
});

function renewed(key: ReturnType<typeof generateKeyPair>, serial: number) {
  return buildIdentity({ home: puppet.name, handle: 'mallory', serial, ts: Date.now() }, key);
}

test('[REL-8] an answer that no database can keep is none', async () => {
  const bo = await person(home.url);
  const mallory = stranger();
  const user = { identity: mallory.from.identity, display_name: 'Mal\0lory', bio: '', pronouns: '', created: 1 };
  puppet.answer = (request, response) => {
    if (request.url?.endsWith('/users/query')) return void response.end(JSON.stringify({ v: 1, user }));
    response.end(puppet.documentText());
  };
  const asked = bo.client.call(people.lookUpUser, { body: { handle: `mallory@${puppet.name}` } });
  await assert.rejects(asked, { code: 'unavailable' });
});

test('[REL-10] one homeserver with very many users takes nobody the room for others', async () => {
  const { incomingFromOneHome, requestsFromOneHome } = limits;
  const bo = await person(home.url);
  const spaceOf = (n: number) => `s_${n.toString(2).padStart(32, '0').replaceAll('0', 'a').replaceAll('1', 'b')}`;
  for (let n = 0; n <= incomingFromOneHome; n++) assert.equal((await asks(stranger(), bo)).status, 202);
  for (let n = 0; n <= requestsFromOneHome; n++)
    assert.equal((await invites(stranger(), bo, { space: spaceOf(n) })).status, 202);
  const incoming = async () =>
    (await bo.client.call(people.listRelationships)).relationships.filter(({ kind }) => kind === 'incoming').length;
  assert.deepEqual([await incoming(), (await requestsOf(bo)).length], [incomingFromOneHome, requestsFromOneHome]);
  const other = await Puppet.open(network);
  const honest = stranger({ home: other.name });
  const body = { v: 1, ...letter(), from: honest.from, to: bo.account.id, message: 'request' };
  await other.says(home.name, { target: '/federation/v1/relationships', body: canonicalize(body) });
  assert.equal(await relationTo(bo, honest.id), 'incoming');
  const ada = await person(home.url);
  await ada.client.call(people.requestFriend, { body: { user: bo.account.handle! } });
  assert.equal(await relationTo(bo, ada.account.id), 'incoming');
});
