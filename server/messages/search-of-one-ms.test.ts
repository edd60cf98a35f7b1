import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { foundCommunity } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import { requireSearchEntriesHold } from '../testing/search-entries-hold.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const MESSAGES = 2_100;

/** As where a clock was ahead and is set back: time goes on only when it has been reached again. */
for (const engine of engines)
  test(`${engine.name}: [SRCH-1] all that was said in one millisecond is found, page after page`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    const now = Date.now();
    await using server = await startHomeserver({
      environment: data.url ? { FOLKMOOT_DATABASE: data.url } : {},
      clock: { now: () => now },
    });
    const { owner, member, space, talk } = await foundCommunity(server.url);
    const { committer, spaceLog } = server.homeserver;
    await committer.commit(async (tx) => {
      const deed = { actor: owner.account.id, space: space.id, stream: talk.channel, type: 'message.create', ref: [] };
      for (let n = 0; n < MESSAGES; n++) await spaceLog.submit(tx, { ...deed, body: { content: `said at once ${n}` } });
    });
    const found = new Set<string>();
    for (let after: string | null | undefined; after !== null; ) {
      const query = { q: 'at once', since: now, until: now, limit: 50, ...(after === undefined ? {} : { after }) };
      const page = await member.client.call(searchMessages, { query });
      for (const { content } of page.messages) found.add(content);
      after = page.next;
    }
    assert.equal(found.size, MESSAGES);
    assert.deepEqual((await member.client.call(searchMessages, { query: { until: now - 1 } })).messages, []);
    await requireSearchEntriesHold(server.homeserver);
  });
