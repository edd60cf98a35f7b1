import assert from 'node:assert/strict';
import { federated } from '../../federated-case.ts';
import type { Person } from '../../person.ts';
import { canonical } from '../../puppet/keys.ts';
import type { PuppetHub } from '../../puppet/puppet-hub.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';

/** Waits for the last of these, and looks that nothing else of the channel was shown, and nothing twice. */
export async function showsExactly(reader: Person, hub: PuppetHub, ...contents: string[]): Promise<void> {
  await reader.sees('message.created', (d) => d.message.content === contents.at(-1) && d.message.space === hub.space);
  const events = reader.gateway!.events();
  const shown = events.flatMap((event) => (event.t === 'message.created' ? [event.d.message] : []));
  assert.deepEqual(
    shown.filter(({ space }) => space === hub.space).map(({ content }) => content),
    contents,
  );
}

export async function textsOf(reader: Person, hub: PuppetHub, channel = hub.channel): Promise<string[]> {
  const { messages } = await reader.reads({ space: hub.space, channel }, { limit: 100 });
  return messages.map(({ content }) => content);
}

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
    hub.breaksOff();
    await eventually(scene.signal, async () => hub.puppet.followers.size > 0, 'it follows again');
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
    { patience: 120_000 },
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

  federated(
    ['FOL-8', 'STR-23'],
    'two events at one place are evidence, and the first one stays (F100)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const second = hub.write(hub.channel, 'message.create', { content: 'another past' });
      const first = hub.says('first');
      await showsExactly(reader, hub, 'first');
      hub.push(hub.channel, second);
      hub.says('goes on');
      await showsExactly(reader, hub, 'first', 'goes on');
      const evidence = await eventually(
        scene.signal,
        async () => lengthened(await scene.home.evidenceAgainst(hub.name)),
        'both are kept',
      );
      assert.deepEqual(evidence, [first.text, second.text]);
      assert.deepEqual(await textsOf(reader, hub), ['first', 'goes on']);
    },
    { needs: ['evidenceAgainst'] },
  ),

  federated(
    'FOL-8',
    'what another home has seen there and what is here are kept, where they are not the same (F100)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const elsewhere = hub.write(hub.channel, 'message.create', { content: 'what others are shown' });
      const shown = hub.says('what is shown here');
      const carol = new PuppetUser(await scene.puppet(), 'carol');
      hub.relays('_', carol, 'member.join', { profile: carol.profile });
      const { epoch, seq, hash } = elsewhere;
      const telling = hub.relays(
        hub.channel,
        carol,
        'message.create',
        { content: 'I saw another' },
        { seen: { epoch, seq, hash } },
      );
      await showsExactly(reader, hub, 'what is shown here', 'I saw another');
      const evidence = await eventually(
        scene.signal,
        async () => lengthened(await scene.home.evidenceAgainst(hub.name)),
        'both are kept',
      );
      assert.deepEqual(evidence, [shown.text, telling.text]);
      assert.deepEqual(await textsOf(reader, hub), ['what is shown here', 'I saw another']);
    },
    { needs: ['evidenceAgainst'] },
  ),

  federated(
    ['STR-17', 'FOL-4'],
    'a payload that was not committed to is asked for again, then left out (F102)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const good = hub.message('asked for again');
      hub.push(hub.channel, good.text.replace('asked for again', 'put into its place'));
      await showsExactly(reader, hub, 'asked for again');
      const bad = hub.write(hub.channel, 'message.create', { content: 'lost' });
      const forged = { ...bad, text: bad.text.replace('lost', 'forged') };
      hub.put(hub.channel, forged);
      hub.push(hub.channel, forged);
      hub.says('goes on');
      await showsExactly(reader, hub, 'asked for again', 'goes on');
      const saltless = hub.write(
        hub.channel,
        'message.create',
        { content: 'no salt' },
        {},
        { payload: (payload) => ({ ...payload, salt: 'AAAAAAAAAAAAAAAAAAAAAA' }) },
      );
      hub.put(hub.channel, saltless);
      hub.push(hub.channel, saltless);
      hub.says('and on');
      await showsExactly(reader, hub, 'asked for again', 'goes on', 'and on');
    },
  ),

  federated(
    ['STR-18', 'STR-19', 'STR-9'],
    'nobody is made to say what their home did not sign (F103)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const carol = new PuppetUser(await scene.puppet(), 'carol');
      hub.relays('_', carol, 'member.join', { profile: carol.profile });
      const fields = (user: { id: string }, home: string) => ({ actor: { id: user.id, next: () => 77 }, home });
      hub.says('reader, unsigned', fields(reader, scene.home.name));
      hub.says('reader, of the hub', fields(reader, hub.name));
      hub.says('carol, unsigned', fields(carol, carol.puppet.name));
      const intent = carol.intent(hub.name, hub.space, hub.channel, 'message.create', { content: 'carol, changed' });
      hub.says('carol, changed', { intent: { ...intent, body: { content: 'carol, changed!' } } });
      const elsewhere = carol.intent('other.example', hub.space, hub.channel, 'message.create', {
        content: 'carol, to another',
      });
      hub.says('carol, to another', { intent: elsewhere });
      const mallory = new PuppetUser(await scene.puppet(), 'mallory');
      const asCarol = mallory.intent(
        hub.name,
        hub.space,
        hub.channel,
        'message.create',
        { content: 'mallory' },
        { actor: carol.id },
      );
      hub.says('mallory as carol', { intent: asCarol });
      const once = carol.intent(hub.name, hub.space, hub.channel, 'message.create', { content: 'carol, once' });
      hub.says('carol, once', { intent: once });
      hub.says('carol, once', { intent: once });
      hub.says('the owner');
      await reader.sees('message.created', (d) => d.message.content === 'the owner');
      const { messages } = await reader.reads(hub.place, { limit: 100 });
      const bySomebody = messages.filter(({ author }) => [reader.id, carol.id, hub.owner.id].includes(author.id));
      assert.deepEqual(
        bySomebody.map(({ content, author }) => [content, author.id]),
        [
          ['carol, once', carol.id],
          ['the owner', hub.owner.id],
        ],
      );
      assert.ok(messages.length >= 8, 'what is unattributed is shown all the same');
      for (const { author } of messages.filter((message) => !bySomebody.includes(message)))
        assert.equal(author.handle, null);
    },
  ),

  federated(
    ['STR-25', 'STR-16'],
    'events that make no sense are kept, and the stream goes on (F104)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const odd: [string, object, object?][] = [
        ['com.example.poll', { question: 'why?' }],
        ['com.example.large', { text: 'x'.repeat(60_000) }],
        ['com.example.emoji', { text: '😀'.repeat(15_000) }],
        ['message.create', { content: 7 }],
        ['message.create', { content: '' }],
        ['message.create', { content: 'x'.repeat(50_000) }],
        ['message.create', { content: 'odd', more: true }],
        ['message.update', { content: 'of nothing' }],
        ['message.update', { content: 'of what is not there' }, { ref: ['1.99999'] }],
        ['message.delete', {}, { ref: ['1.0', '7.7'] }],
        ['channel.update', { slow_mode: -1 }],
        ['channel.update', { overrides: [{ target: 'x' }] }],
        ['reaction.add', { emoji: '👍'.repeat(200) }],
        ['epoch.begin', {}],
      ];
      for (const [type, body, fields] of odd) hub.push(hub.channel, hub.add(hub.channel, type, body, fields ?? {}));
      for (const [type, body] of [
        ['role.create', { role: 'r_1' }],
        ['member.roles', { user: 'u_1', add: [7], remove: [] }],
        ['member.leave', { x: 1 }],
        ['space.update', { name: 'x'.repeat(10_000) }],
        ['space.create', { again: true }],
        ['server.key', { key: 'x' }],
      ] as const)
        hub.push('_', hub.add('_', type, body));
      hub.push('_', hub.add('_', 'space.update', { description: 'goes on' }));
      hub.says('goes on');
      await reader.sees('space.updated', (d) => d.space.description === 'goes on');
      await reader.sees('message.created', (d) => d.message.content === 'goes on');
      await reader.sees('event.received', (d) => d.type === 'com.example.poll');
      assert.deepEqual(await textsOf(reader, hub), ['goes on']);
    },
  ),

  federated(['FOL-6', 'REP-5'], 'a hub that is behind what is here loses nothing here (F109)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    hub.says('one');
    hub.says('two');
    await showsExactly(reader, hub, 'one', 'two');
    const lost = hub.forgets(hub.channel, 1);
    let refusals = 0;
    hub.answers.instead = ({ path }) => {
      if (!path.endsWith(`/streams/${hub.channel}/events`)) return undefined;
      refusals++;
      const checkpoint = hub.checkpoint(hub.channel, 'A'.repeat(43));
      return {
        status: 409,
        body: canonical({ code: 'cursor_ahead', message: 'not that far', details: { checkpoint } }),
      };
    };
    hub.pushHeads();
    await eventually(scene.signal, async () => refusals > 0, 'it was told that it is ahead');
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two']);
    const fromStart = hub.puppet.asked.filter(({ path, query }) => path.endsWith('/events') && query.size === 0);
    assert.equal(fromStart.length, 0, 'it does not begin anew');
    hub.answers.instead = undefined;
    hub.put(hub.channel, ...lost);
    hub.says('three');
    await showsExactly(reader, hub, 'one', 'two', 'three');
  }),

  federated('FOL-6', 'an empty page of a hub that is behind is not "that is all" (F110)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    hub.says('one');
    hub.says('two');
    await showsExactly(reader, hub, 'one', 'two');
    const lost = hub.forgets(hub.channel, 2);
    const checkpoints = () => hub.puppet.asked.filter(({ path }) => path.endsWith(`/${hub.channel}/checkpoint`)).length;
    const before = checkpoints();
    hub.pushHeads();
    await eventually(scene.signal, async () => checkpoints() > before, 'it asks where the hub really is');
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two']);
    // What is written at the same places is another past, and does not take the place of the first.
    hub.says('another two');
    const other = hub.addChannel('other');
    hub.pushHeads();
    await reader.sees('channel.created', (d) => d.channel.id === other);
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two']);
    hub.forgets(hub.channel, 1);
    hub.put(hub.channel, ...lost);
    hub.says('three');
    await reader.sees('message.created', (d) => d.message.content === 'three');
    assert.deepEqual(await textsOf(reader, hub), ['one', 'two', 'three']);
  }),

  federated(
    ['STR-22', 'STR-24'],
    'a new epoch goes on from the fork point; what was lost is kept (F111)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      hub.says('one');
      hub.says('two');
      await showsExactly(reader, hub, 'one', 'two');
      hub.forgets(hub.channel, 1);
      const { epoch, seq, hash } = hub.headOf(hub.channel);
      const body = { fork: { epoch, seq, hash } };
      const start = hub.add(hub.channel, 'epoch.start', body, { epoch: 2, seq: 0, prev: hash });
      hub.push(hub.channel, start);
      hub.says('three');
      await showsExactly(reader, hub, 'one', 'two', 'three');
      const { messages } = await reader.reads(hub.place);
      assert.deepEqual(
        messages.map(({ id, content }) => [id, content]),
        [
          ['1.1', 'one'],
          ['1.2', 'two'],
          ['2.1', 'three'],
        ],
      );
    },
  ),

  federated(['STR-24', 'STR-16'], 'a new epoch from nowhere is not followed (F111)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    hub.says('one');
    await showsExactly(reader, hub, 'one');
    const elsewhere = hub.write(hub.channel, 'message.create', { content: 'never shown here' });
    const { epoch, seq, hash } = elsewhere;
    hub.add(hub.channel, 'epoch.start', { fork: { epoch, seq, hash } }, { epoch: 2, seq: 0, prev: hash });
    hub.push(hub.channel, hub.headOf(hub.channel));
    hub.says('in the wrong epoch');
    const other = hub.addChannel('other');
    hub.pushHeads();
    await reader.sees('channel.created', (d) => d.channel.id === other);
    hub.push(other, hub.add(other, 'message.create', { content: 'elsewhere' }));
    await showsExactly(reader, hub, 'one', 'elsewhere');
    assert.deepEqual(await textsOf(reader, hub), ['one']);
  }),
];

const lengthened = (lines: string[]) => lines.length > 0 && lines;
