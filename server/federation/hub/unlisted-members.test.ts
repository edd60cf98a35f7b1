import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { blockServer } from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { joinsFrom } from '../../testing/across.ts';
import { gives, newChannel, newRole, opens } from '../../testing/community.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person, talkOf } from '../../testing/people.ts';
import { Watcher } from '../../testing/watching.ts';

type Homeserver = Awaited<ReturnType<TestNetwork['homeserver']>>;

let network: TestNetwork;
/** The hub, the home of those who are not listed, and two others. */
let a: Homeserver, b: Homeserver, c: Homeserver, d: Homeserver;
let alice: Person, carol: Person, dan: Person;
let people = 0;

before(async () => {
  network = await TestNetwork.open();
  [a, b, c, d] = [
    await network.homeserver(),
    await network.homeserver(),
    await network.homeserver(),
    await network.homeserver(),
  ];
  [alice, carol, dan] = [await person(a.url, 'alice'), await person(c.url, 'carol'), await person(d.url, 'dan')];
});
after(() => network[Symbol.asyncDispose]());

/** A community of `a` with somebody of `c` and somebody of `d`, who may moderate. */
async function scene(): Promise<Space> {
  const space = await alice.founds('Quiet');
  await joinsFrom(a.name, space, alice, carol);
  await joinsFrom(a.name, space, alice, dan);
  return space;
}

async function joinsUnlisted(space: Space): Promise<Person> {
  const who = await person(b.url, `quiet_${++people}`);
  const { code } = await alice.client.call(createInvite, { params: { space: space.id }, body: {} });
  await who.client.call(joinByInvite, { params: { code }, body: { via: a.name, unlisted: true } });
  return who;
}

const handleOf = ({ account }: Person) => account.handle ?? '';

/** Everything that a homeserver keeps, as bytes. */
async function kept({ homeserver }: Homeserver): Promise<string> {
  const folder = homeserver.config.data;
  const names = (await readdir(folder)).filter((name) => name.startsWith('folkmoot.db'));
  assert.ok(names.length > 0);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')))).join('\n');
}

/** What was said comes after all that happened before it. */
async function upToDate(space: Space, ...viewers: Person[]): Promise<void> {
  using stack = new DisposableStack();
  const watchers = [];
  for (const viewer of viewers) watchers.push(stack.use(await Watcher.of(viewer)));
  const said = await alice.says(space, 'so far');
  for (const watcher of watchers) await watcher.seesMessage(said.id, said.channel);
}

async function listedAt(viewer: Person, space: Space): Promise<string[]> {
  const page = await viewer.client.call(members.listMembers, {
    params: { space: space.id },
    query: { limit: 100 },
  });
  return page.members.map(({ user }) => user.id);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('[UNL-5] another homeserver has nothing of them in its database until they act, and then knows them with the act', async () => {
  const space = await scene();
  using atCarol = await Watcher.of(carol);
  const quiet = await joinsUnlisted(space);
  const { id } = quiet.account;
  const handle = handleOf(quiet);
  await quiet.client.call(members.updateMember, {
    params: { space: space.id, user: id },
    body: { nick: 'Whisperer' },
  });
  await alice.client.call(members.timeOutMember, {
    params: { space: space.id, user: id },
    body: { until: Date.now() + 60_000 },
  });
  await alice.client.call(members.timeOutMember, { params: { space: space.id, user: id }, body: { until: null } });
  using atAlice = await Watcher.of(alice);
  await quiet.client.call(updateProfile, { body: { display_name: 'Mouse of the north' } });
  await atAlice.sees('user.updated', ({ user }) => user.id === id);
  await upToDate(space, carol);
  await atCarol.until(() => atCarol.state?.spaces.find((one) => one.id === space.id)?.member_count === 4);
  const before = await kept(c);
  for (const secret of [id, handle, 'Whisperer', 'Mouse of the north', b.name])
    assert.ok(!before.includes(secret), secret);
  assert.ok((await kept(b)).includes(id), 'what is looked for is found where it is');
  assert.ok((await listedAt(quiet, space)).includes(id));
  assert.ok((await listedAt(alice, space)).includes(id));
  assert.ok(!(await listedAt(carol, space)).includes(id));

  const said = await quiet.says(space, 'here I am');
  await atCarol.seesMessage(said.id, said.channel);
  assert.ok((await listedAt(carol, space)).includes(id));
  const [message] = (await carol.reads(space)).filter((one) => one.id === said.id);
  assert.deepEqual([message?.author.handle, message?.author.home], [handle, b.name]);
  const listed = atCarol.events.findIndex(({ t, d }) => t === 'member.updated' && d.member.user.id === id);
  const seen = atCarol.events.findIndex(({ t, d }) => t === 'message.created' && d.message.id === said.id);
  assert.ok(listed >= 0 && listed < seen, 'a member before what they said');
  const member = await carol.client.call(members.getMember, { params: { space: space.id, user: id } });
  assert.equal(member.nick, 'Whisperer');
  assert.equal((await opens(carol, space)).member_count, 4);
});

test('[UNL-5] what becomes of them is hidden as well: leaving, a kick, a ban, a block of their homeserver', async () => {
  const space = await scene();
  const gone = [await joinsUnlisted(space), await joinsUnlisted(space), await joinsUnlisted(space)];
  const [leaves, kicked, banned] = gone as [Person, Person, Person];
  await leaves.client.call(leaveSpace, { params: { space: space.id } });
  await alice.client.call(members.kickMember, { params: { space: space.id, user: kicked.account.id }, body: {} });
  await alice.client.call(members.banUser, { params: { space: space.id, user: banned.account.id }, body: {} });
  const blocked = await joinsUnlisted(space);
  await alice.client.call(blockServer, { params: { space: space.id, server: b.name }, body: {} });
  await upToDate(space, carol);
  await until(async () => (await opens(carol, space)).member_count === 3);
  const found = await kept(c);
  for (const who of [...gone, blocked]) assert.ok(!found.includes(who.account.id) && !found.includes(handleOf(who)));
  assert.equal((await opens(alice, space)).member_count, 3);
  assert.ok(!(await listedAt(alice, space)).includes(blocked.account.id));
});

test('[UNL-5] a homeserver that joins later, or asks for pages, gets nothing of them either', async () => {
  const space = await scene();
  const quiet = await joinsUnlisted(space);
  const e = await network.homeserver();
  const emma = await person(e.url, 'emma');
  await joinsFrom(a.name, space, alice, emma);
  await upToDate(space, emma);
  await until(async () => (await listedAt(emma, space)).length === 4);
  const found = await kept(e);
  assert.ok(!found.includes(quiet.account.id) && !found.includes(handleOf(quiet)));
  assert.equal((await opens(emma, space)).member_count, 5);
});

test('[UNL-6] a homeserver with a moderator is told of them, and of those who joined before', async () => {
  const space = await scene();
  const first = await joinsUnlisted(space);
  const role = await newRole(alice, space, { name: 'Guard', rank: 40, permissions: ['member.kick'] });
  await gives(alice, space, role, dan);
  await until(async () => (await listedAt(dan, space)).includes(first.account.id));
  using atDan = await Watcher.of(dan);
  const second = await joinsUnlisted(space);
  await atDan.sees('member.joined', ({ member }) => member.user.id === second.account.id && member.unlisted === true);
  await dan.client.call(members.kickMember, { params: { space: space.id, user: second.account.id }, body: {} });
  await until(async () => !(await listedAt(alice, space)).includes(second.account.id));
  await alice.client.call(giveRole, { params: { space: space.id, user: carol.account.id, role: role.id } });
  await until(async () => (await listedAt(carol, space)).includes(first.account.id));
});

test('[UNL-6] who speaks in a private channel is known to the homeservers that see it, and to no other', async () => {
  const space = await scene();
  const quiet = await joinsUnlisted(space);
  const secret = await newChannel(alice, space, 'backroom', { private: true });
  const params = { space: space.id, channel: secret.id };
  for (const who of [quiet, dan])
    await alice.client.call(setOverride, {
      params: { ...params, target: who.account.id },
      body: { allow: ['channel.view', 'message.send', 'message.history'], deny: [] },
    });
  using atDan = await Watcher.of(dan);
  await atDan.until(() =>
    atDan.state?.spaces.find(({ id }) => id === space.id)?.channels.some(({ id }) => id === secret.id),
  );
  await until(async () => (await opens(quiet, space)).channels.some(({ id }) => id === secret.id));
  const said = await quiet.client.call(sendMessage, { params, body: { content: 'between us' } });
  await atDan.seesMessage(said.id, secret.id);
  const seen = atDan.events.find(({ t, d }) => t === 'message.created' && d.message.id === said.id);
  assert.ok(seen?.t === 'message.created');
  assert.equal(seen.d.message.author.handle, quiet.account.handle);
  await upToDate(space, carol);
  const found = await kept(c);
  assert.ok(!found.includes(quiet.account.id) && !found.includes(handleOf(quiet)));
  assert.equal(talkOf(space).space, space.id);
});
