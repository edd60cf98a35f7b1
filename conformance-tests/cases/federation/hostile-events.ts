import assert from 'node:assert/strict';
import { federated } from '../../federated-case.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';
import { showsExactly, textsOf } from './what-is-shown.ts';

export const hostileEventCases = [
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
      const forged = { ...bad, text: bad.text.replace('"content":"lost"', '"content":"forged"') };
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
];

const lengthened = (lines: string[]) => lines.length > 0 && lines;
