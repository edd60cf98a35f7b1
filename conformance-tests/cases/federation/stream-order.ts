import assert from 'node:assert/strict';
import { federated } from '../../federated-case.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';
import { showsExactly, textsOf } from './what-is-shown.ts';

export const streamOrderCases = [
  federated(['FOL-3', 'STR-7'], 'what is missing is asked for, and nothing is shown before it (F95)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const [, , third] = [hub.message('one'), hub.message('two'), hub.message('three')];
    hub.push(hub.channel, third);
    await showsExactly(reader, hub, 'one', 'two', 'three');
    const asked = hub.puppet.asked.filter(({ path }) => path.endsWith(`/streams/${hub.channel}/events`));
    assert.ok(asked.some(({ query }) => query.get('after') !== null));
  }),

  federated('FOL-3', 'what is pushed again is shown once (F96)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const first = hub.message('one');
    for (let n = 0; n < 3; n++) hub.push(hub.channel, first);
    const second = hub.message('two');
    hub.push(hub.channel, first, second);
    hub.push(hub.channel, second);
    hub.pushHeads();
    hub.says('three');
    await showsExactly(reader, hub, 'one', 'two', 'three');
    const before = new Set(hub.puppet.followers);
    hub.breaksOff();
    const isNew = () => [...hub.puppet.followers].some((live) => !before.has(live));
    await eventually(scene.signal, async () => isNew(), 'it follows again');
    hub.push(hub.channel, first, second);
    hub.says('four');
    await showsExactly(reader, hub, 'one', 'two', 'three', 'four');
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two', 'three', 'four']);
  }),

  federated('FOL-3', 'what comes shuffled is shown in the order of the hub (F97)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const [one, two, three] = [hub.message('one'), hub.message('two'), hub.message('three')];
    hub.push(hub.channel, three, one, two);
    hub.push(hub.channel, two, one);
    await showsExactly(reader, hub, 'one', 'two', 'three');
    const [four, five] = [hub.message('four'), hub.message('five')];
    hub.answers.instead = ({ path, query }) =>
      path.endsWith(`/streams/${hub.channel}/events`) && query.get('after') !== null
        ? { body: `${five.text}\n${four.text}\n`, headers: { 'content-type': 'application/x-ndjson' } }
        : undefined;
    hub.push(hub.channel, five);
    await eventually(
      scene.signal,
      async () =>
        hub.puppet.asked.some(
          ({ path, query }) => path.endsWith('/events') && String(query.get('after')).startsWith(`1.${three.seq}.`),
        ),
      'it asked for what it misses',
    );
    hub.answers.instead = undefined;
    hub.push(hub.channel, four, five);
    hub.pushHeads();
    await showsExactly(reader, hub, 'one', 'two', 'three', 'four', 'five');
  }),

  federated(
    ['STR-6', 'STR-16'],
    'a wrong prev stops that stream and no other, and it heals when the right line is there (F98)',
    async (scene) => {
      const hub = await scene.hub();
      const other = hub.addChannel('other');
      const reader = await scene.follower(hub);
      await reader.until(() => JSON.stringify(reader.gateway!.state).includes(other));
      hub.says('before');
      await reader.sees('message.created');
      const right = hub.write(hub.channel, 'message.create', { content: 'right' });
      const wrong = hub.write(hub.channel, 'message.create', { content: 'wrong' }, { prev: right.hash });
      hub.put(hub.channel, wrong);
      hub.push(hub.channel, wrong);
      const elsewhere = hub.add(other, 'message.create', { content: 'elsewhere' });
      hub.push(other, elsewhere);
      await showsExactly(reader, hub, 'before', 'elsewhere');
      assert.deepEqual(await textsOf(reader, hub), ['before']);
      hub.forgets(hub.channel, 1);
      hub.put(hub.channel, right);
      hub.says('after it');
      await showsExactly(reader, hub, 'before', 'elsewhere', 'right', 'after it');
    },
    { patience: 480_000 },
  ),

  federated(['STR-12', 'FOL-5'], 'an event waits for what allowed it', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const carol = new PuppetUser(await scene.puppet(), 'carol');
    const joined = hub.add(
      '_',
      'member.join',
      { profile: carol.profile },
      { intent: carol.intent(hub.name, hub.space, '_', 'member.join', { profile: carol.profile }) },
    );
    hub.relays(hub.channel, carol, 'message.create', { content: 'after my join' });
    await showsExactly(reader, hub, 'after my join');
    const names = reader.gateway!.events().map(({ t }) => t);
    assert.ok(
      names.indexOf('member.joined') < names.indexOf('message.created') || names.indexOf('member.joined') < 0,
      joined.hash,
    );
    const [message] = (await reader.reads(hub.place)).messages;
    assert.deepEqual([message?.author.id, message?.author.handle], [carol.id, 'carol']);
  }),
];
