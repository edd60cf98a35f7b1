import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { missedCallText } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { befriend, blocks, writesTo } from '../../testing/acquaintances.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { type Person, person, talkOf } from '../../testing/people.ts';
import type { TestHomeserver } from '../../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Guest } from '../../testing/voice-guests.ts';
import { Caller, newVoiceChannel } from '../../testing/voice-people.ts';

const skip = lacksForMedia();

let network: TestNetwork;
let a: TestHomeserver & { name: string };
let b: TestHomeserver & { name: string };

before(async () => {
  if (skip) return;
  network = await TestNetwork.open();
  a = await network.homeserver({ environment: voiceEnvironment });
  b = await network.homeserver({ environment: voiceEnvironment });
  // Nothing here is about how long it rings.
  for (const { homeserver } of [a, b]) homeserver.voice.calls.ringMs = 600_000;
});
after(async () => {
  for (const caller of callers) caller[Symbol.dispose]();
  await network?.[Symbol.asyncDispose]();
});

const callers: Caller[] = [];

async function some(count: number, at = a): Promise<Caller[]> {
  const made = await Promise.all(Array.from({ length: count }, async () => Caller.of(await person(at.url))));
  callers.push(...made);
  return made;
}
const hasMessage = (who: Caller, { id }: Space) =>
  who.until(() => who.state?.spaces.find((space) => space.id === id)?.channels[0]?.view.unread === 1);
const rings = (who: Caller, { id }: Space) =>
  who.state?.spaces.find((space) => space.id === id)?.call?.ringing.includes(who.id) ?? false;
const callOf = (who: Caller, { id }: Space) => who.state?.spaces.find((space) => space.id === id)?.call;
const handleOf = ({ account }: Person) => account.handle ?? '';

/** Friends in a direct message of the first, whose homeserver is its hub. */
async function friends(one: Caller, other: Caller): Promise<{ dm: Space; place: { space: string; channel: string } }> {
  const { account } = other.person;
  const isElsewhere = account.home !== one.person.account.home;
  const incoming = other.until(() => other.state?.relationships.some(({ user }) => user.id === one.id));
  const friend = one.until(() => one.state?.relationships.some(({ kind }) => kind === 'friend'));
  const address = isElsewhere ? `${handleOf(other.person)}@${account.home}` : handleOf(other.person);
  if (isElsewhere) {
    const { requestFriend, acceptFriend } = await import('@folkmoot/protocol-spec/schemas/client/relationships.ts');
    await one.person.client.call(requestFriend, { body: { user: address } });
    await incoming;
    await other.person.client.call(acceptFriend, { params: { user: one.id } });
  } else await befriend(one.person, other.person);
  await friend;
  const dm = await writesTo(one.person, other.id);
  const isThere = (who: Caller) =>
    who.state?.spaces.find(({ id }) => id === dm.id)?.people?.every(({ member }) => member);
  await Promise.all([one, other].map((who) => who.until(() => isThere(who))));
  return { dm, place: talkOf(dm) };
}

test('[CALL-1] [CALL-2] a call rings on all devices until it is taken on one, and ends when all are out', {
  skip,
}, async () => {
  const [ada, bo] = (await some(2)) as [Caller, Caller];
  const { dm, place } = await friends(ada, bo);
  using tablet = await Caller.of(bo.person);
  await ada.asks('join', place);
  await Promise.all([bo, tablet].map((one) => one.until(() => rings(one, dm))));
  assert.equal(callOf(bo, dm)?.by.id, ada.id);
  using later = await Caller.of(bo.person);
  assert.ok(rings(later, dm));
  await bo.asks('join', place);
  await Promise.all([bo, tablet, later].map((one) => one.until(() => !rings(one, dm) && callOf(one, dm)?.answered)));
  await ada.asks('leave', {});
  await bo.until(() => bo.inside(place).length === 1);
  assert.ok(callOf(bo, dm));
  await bo.asks('leave', {});
  await Promise.all([ada, tablet].map((one) => one.until(() => !callOf(one, dm))));
  assert.deepEqual(await ada.person.reads(dm), []);
});

test('[CALL-2] whoever declines ends it, and the caller is out', { skip }, async () => {
  const [ada, bo] = (await some(2)) as [Caller, Caller];
  const { dm, place } = await friends(ada, bo);
  await ada.asks('join', place);
  await bo.until(() => rings(bo, dm));
  await bo.asks('decline', { space: dm.id, call: callOf(bo, dm)?.id ?? '' });
  assert.equal((await ada.isTold('left')).reason, 'ended');
  await Promise.all([ada, bo].map((one) => one.until(() => !callOf(one, dm) && one.inside(place).length === 0)));
  assert.equal(await bo.isRefused('decline', { space: dm.id, call: 'no-such' }), 'not_found');
});

test('[CALL-4] a call that is given up leaves a message', { skip }, async () => {
  const [ada, bo] = (await some(2)) as [Caller, Caller];
  const { dm, place } = await friends(ada, bo);
  await ada.asks('join', place);
  await bo.until(() => rings(bo, dm));
  await ada.asks('leave', {});
  await hasMessage(bo, dm);
  assert.deepEqual(
    (await bo.person.reads(dm)).map(({ content, author }) => [content, author.id]),
    [[missedCallText, ada.id]],
  );
});

test('[CALL-2] whoever is in another call is busy', { skip }, async () => {
  const [ada, bo, cy] = (await some(3)) as [Caller, Caller, Caller];
  const [first, second] = [await friends(ada, bo), await friends(cy, bo)];
  await ada.asks('join', first.place);
  await bo.until(() => rings(bo, first.dm));
  await bo.asks('join', first.place);
  await cy.asks('join', second.place);
  assert.equal((await cy.isTold('left')).reason, 'ended');
  assert.equal(rings(bo, second.dm), false);
  await hasMessage(bo, second.dm);
  await Promise.all([ada, bo].map((one) => one.asks('leave', {})));
});

test('[CALL-3] a call does not ring for those who block the caller, who does not see that', { skip }, async () => {
  const [ada, bo] = (await some(2)) as [Caller, Caller];
  const { dm, place } = await friends(ada, bo);
  await blocks(bo.person, ada.person);
  await ada.asks('join', place);
  await ada.until(() => callOf(ada, dm)?.ringing.includes(bo.id));
  using later = await Caller.of(bo.person);
  assert.deepEqual([callOf(bo, dm), callOf(later, dm)], [undefined, undefined]);
  await ada.asks('leave', {});
});

test('[CALL-2] in a group it goes on for those who took it', { skip }, async () => {
  const [ada, bo, cy] = (await some(3)) as [Caller, Caller, Caller];
  await befriend(ada.person, bo.person);
  await befriend(ada.person, cy.person);
  const group = await writesTo(ada.person, bo.id, cy.id);
  const place = talkOf(group);
  await Promise.all([bo, cy].map((one) => one.until(() => one.state?.spaces.some(({ id }) => id === group.id))));
  await ada.asks('join', place);
  await Promise.all([bo, cy].map((one) => one.until(() => rings(one, group))));
  await cy.asks('decline', { space: group.id, call: callOf(cy, group)?.id ?? '' });
  await cy.until(() => !rings(cy, group));
  assert.ok(rings(bo, group));
  await bo.asks('join', place);
  await ada.until(() => ada.inside(place).length === 2 && callOf(ada, group)?.answered);
  await Promise.all([ada, bo].map((one) => one.asks('leave', {})));
});

test('[CALL-5] calls ring across homeservers, in both directions', { skip }, async () => {
  const [ada] = (await some(1)) as [Caller];
  const [bo] = (await some(1, b)) as [Caller];
  const { dm, place } = await friends(ada, bo);
  await ada.asks('join', place);
  await bo.until(() => rings(bo, dm));
  assert.equal(callOf(bo, dm)?.by.home, a.name);
  const taken = await Guest.in(bo, place);
  await Promise.all([ada, bo].map((one) => one.until(() => callOf(one, dm)?.answered)));
  taken.line.close();
  await ada.asks('leave', {});
  await bo.until(() => !callOf(bo, dm));

  const calling = await Guest.in(bo, place);
  await ada.until(() => rings(ada, dm));
  await ada.asks('decline', { space: dm.id, call: callOf(ada, dm)?.id ?? '' });
  await bo.until(() => !callOf(bo, dm));
  calling.line.close();

  await ada.asks('join', place);
  await bo.until(() => rings(bo, dm));
  await bo.asks('decline', { space: dm.id, call: callOf(bo, dm)?.id ?? '' });
  assert.equal((await ada.isTold('left')).reason, 'ended');
  await bo.until(() => bo.inside(place).length === 0);

  const vain = await Guest.in(bo, place);
  await ada.until(() => rings(ada, dm));
  vain.line.close();
  await hasMessage(ada, dm);
  assert.deepEqual(
    (await ada.person.reads(dm)).map(({ content, author }) => [content, author.id]),
    [[missedCallText, bo.id]],
  );
});

test('[CALL-2] [CALL-5] who is in a call on their own homeserver is busy for one elsewhere', { skip }, async () => {
  const [ada] = (await some(1)) as [Caller];
  const [bo, cy] = (await some(2, b)) as [Caller, Caller];
  const far = await friends(ada, bo);
  const near = await friends(cy, bo);
  await cy.asks('join', near.place);
  await bo.until(() => rings(bo, near.dm));
  await bo.asks('join', near.place);
  await ada.asks('join', far.place);
  assert.equal((await ada.isTold('left')).reason, 'ended');
  await Promise.all([bo, cy].map((one) => one.asks('leave', {})));
});

test('[CALL-1] a text channel of a community is no place for voice', { skip }, async () => {
  const [ada] = (await some(1)) as [Caller];
  const space = await ada.person.founds('Quiet');
  await newVoiceChannel(ada.person, space);
  assert.equal(await ada.isRefused('join', talkOf(space)), 'invalid_body');
});
