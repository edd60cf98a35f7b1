import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyMessageEvent } from '@folkmoot/protocol-spec/client/messages.ts';
import { channelOf } from '@folkmoot/protocol-spec/client/message-events.ts';
import { emptyMessageList } from '@folkmoot/protocol-spec/client/message-list.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { deleteSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import fc from 'fast-check';
import { chainsOf } from '../faults/chains.ts';
import {
  type Community,
  foundCommunity,
  gives,
  newChannel,
  newRole,
  opens,
  refused,
  requireSnapshotsEqualEvents,
} from '../testing/community.ts';
import type { Person } from '../testing/people.ts';
import { attempt, type RandomDeed, randomDeed } from '../testing/random-deeds.ts';
import { engines } from '../testing/engines.ts';
import { requireSearchEntriesHold } from '../testing/search-entries-hold.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

/** `FOLKMOOT_TEST_RUNS=500` for the long form, `FOLKMOOT_TEST_SEED` to see one again. */
const numRuns = Number(process.env['FOLKMOOT_TEST_RUNS'] ?? 9);
const seed = process.env['FOLKMOOT_TEST_SEED'];

for (const engine of engines) {
  test(`[GW-7] whatever people do, everybody knows what a fresh opening state says, and the chains hold (${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    const done = new Map<string, number>();
    {
      await using server = await startHomeserver({
        folder: data.folder,
        ...(data.url ? { environment: { FOLKMOOT_DATABASE: data.url } } : {}),
      });
      using open = new DisposableStack();
      const community = await foundCommunity(server.url);
      const watchers = new Map<Person, Watcher>();
      for (const who of community.everybody) watchers.set(who, open.use(await Watcher.of(who)));
      const deeds = fc.array(randomDeed, { minLength: 10, maxLength: 40 });
      const walk = fc.asyncProperty(deeds, fc.constantFrom(1, 3, 8), async (tried, atOnce) => {
        const space = await spaceOfThree(community);
        for (let n = 0; n < tried.length; n += atOnce) {
          const together = tried.slice(n, n + atOnce);
          await Promise.all(
            together.map(async (deed) => count(done, deed, await refused(attempt(deed, community.everybody, space)))),
          );
        }
        await requireSnapshotsEqualEvents(community, watchers);
        await requireMessagesEqualEvents(community.owner, watchers.get(community.owner)!, space);
        await requireSearchEntriesHold(server.homeserver);
        await community.owner.client.call(deleteSpace, { params: { space: space.id } });
      });
      await fc.assert(walk, { numRuns, ...(seed ? { seed: Number(seed) } : {}) });
    }
    assert.ok((await chainsOf(data)).size > 0);
    assert.ok((done.get('done') ?? 0) > numRuns, `too little was allowed: ${JSON.stringify([...done])}`);
  });
}

/** With enough in it that most of what people try can be done. */
async function spaceOfThree({ owner, moderator, member }: Community): Promise<Space> {
  const space = await owner.founds('Random');
  await owner.invites(space, moderator, member);
  const permissions = permissionNames.filter((name) => name !== 'administrator');
  await gives(
    owner,
    space,
    await newRole(owner, space, { name: 'Deputy', rank: 55, permissions, hoist: true }),
    moderator,
  );
  await gives(owner, space, await newRole(owner, space, { name: 'Fan', rank: 2, mentionable: true }), member);
  await newRole(owner, space, { name: 'Guest', rank: 1, mentionable: true });
  await newChannel(owner, space, 'closed', { private: true });
  for (const who of [owner, member, moderator]) await who.says(space, 'hello @everyone');
  return space;
}

/** What the owner was told of each channel makes the same list as asking for it. */
async function requireMessagesEqualEvents(owner: Person, watcher: Watcher, space: Space): Promise<void> {
  for (const { id: channel, kind } of (await opens(owner, space)).channels) {
    if (kind !== 'text') continue;
    const events = watcher.events.filter((event) => channelOf(event)?.channel === channel);
    const told = events.reduce((list, event) => applyMessageEvent(list, event, owner.account.id), {
      ...emptyMessageList,
      more_after: false,
      more_before: false,
    });
    const { messages } = await owner.client.call(listMessages, {
      params: { space: space.id, channel },
      query: { limit: 100 },
    });
    assert.deepEqual(told.messages.map(inAnyOrder), messages.map(inAnyOrder));
  }
}

/** Two reactions of one millisecond have no order between them. */
const inAnyOrder = (message: Message): Message => ({
  ...message,
  reactions: message.reactions.toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1)),
});

function count(done: Map<string, number>, { what }: RandomDeed, outcome: string): void {
  for (const key of [outcome === 'done' ? 'done' : 'refused', `${what} ${outcome}`])
    done.set(key, (done.get(key) ?? 0) + 1);
}
