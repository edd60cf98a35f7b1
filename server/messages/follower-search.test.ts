import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { QueryOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { deleteMessage, searchMessages, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { searchMessages as searchWith } from './search-messages.ts';
import { joinsFrom } from '../testing/across.ts';
import { TestNetwork } from '../testing/federated.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';

const search = (who: Person, query: QueryOf<typeof searchMessages>) => who.client.call(searchMessages, { query });

test('[SRCH-6] [FOL-12] a follower searches its own copy, says how far back that goes, and goes further back', async () => {
  await using network = await TestNetwork.open();
  const [a, b] = [await network.homeserver(), await network.homeserver()];
  const [alice, bob] = [await person(a.url), await person(b.url)];
  const space = await alice.founds('Long ago');
  const params = { space: space.id };
  const secret = await alice.client.call(createChannel, {
    params,
    body: { kind: 'text', name: 'secret', private: true },
  });
  await alice.client.call(sendMessage, {
    params: { ...params, channel: secret.id },
    body: { content: 'hidden needle' },
  });
  const first = await alice.says(space, 'the oldest needle');
  for (let n = 0; n < 130; n++) await alice.says(space, `hay ${n}`);
  const last = await alice.says(space, 'the newest needle');
  const joined = await joinsFrom(a.name, space, alice, bob);
  using atBob = await Watcher.of(bob);
  const query = { q: 'needle', space: space.id };

  await untilFound(bob, query, ['the newest needle']);
  const { back_to } = await search(bob, query);
  assert.ok(back_to !== null && back_to > first.ts && back_to < last.ts);
  assert.equal((await search(bob, { ...query, since: back_to })).back_to, null);
  assert.equal((await search(bob, { ...query, since: back_to, deeper: true })).messages.length, 1);
  assert.notEqual((await search(bob, query)).back_to, null);

  const { database, clock } = b.homeserver;
  const history = { ensureHistory: () => new Promise<never>(() => undefined) };
  const slow = await searchWith({ database, clock, history }, bob.account.id, { ...query, deeper: true });
  assert.equal(slow.messages.length, 1, 'a hub that never answers is not waited for');

  const deeper = await search(bob, { ...query, deeper: true });
  assert.deepEqual(
    deeper.messages.map(({ content }) => content),
    ['the newest needle', 'the oldest needle'],
  );
  assert.equal(deeper.back_to, null);

  await alice.client.call(deleteMessage, { params: { ...talkOf(space), message: first.id } });
  await atBob.sees('message.deleted', ({ messages }) => messages.includes(first.id));
  const answer = await bob.says(joined, 'a needle of mine');
  await atBob.seesMessage(answer.id, answer.channel);
  await untilFound(bob, { q: 'needle' }, ['a needle of mine', 'the newest needle']);

  await a.close();
  const away = await search(bob, { ...query, deeper: true });
  assert.deepEqual(
    away.messages.map(({ content }) => content),
    ['a needle of mine', 'the newest needle'],
  );
});

/** The latest messages come after a join has been answered. */
async function untilFound(who: Person, query: QueryOf<typeof searchMessages>, contents: string[]): Promise<void> {
  for (;;) {
    const { messages } = await search(who, query);
    if (messages.length > 0) {
      assert.deepEqual(
        messages.map(({ content }) => content),
        contents,
      );
      return;
    }
    await new Promise(setImmediate);
  }
}
