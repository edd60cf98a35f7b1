import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placedWordsOf, placesOfTerm, searchTermsOf } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { QueryOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import {
  deleteMessage,
  editMessage,
  searchMessages,
  sendMessage,
} from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import vectors from '@folkmoot/protocol-spec/vectors/search.json' with { type: 'json' };
import { type Community, foundCommunity, newChannel, refused } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import type { Person } from '../testing/people.ts';
import type { Homeserver } from '../app.ts';
import type { Statement } from '../storage/query.ts';
import { searchMessages as searchWith } from './search-messages.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

type Search = QueryOf<typeof searchMessages>;

const finds = async (who: Person, query: Search) =>
  (await who.client.call(searchMessages, { query })).messages.map(({ content }) => content);

for (const engine of engines) {
  const searchTest = (title: string, body: (community: Community, at: Homeserver) => Promise<void>) => {
    test(`${engine.name}: ${title}`, async (t) => {
      const data = await engine.fresh(t);
      if (!data) return;
      await using server = await startHomeserver({ environment: data.url ? { FOLKMOOT_DATABASE: data.url } : {} });
      await body(await foundCommunity(server.url), server.homeserver);
    });
  };

  searchTest(
    '[SRCH-2] [SRCH-3] [SRCH-4] a query finds what the vectors say, and in every text what is in it',
    async (at) => {
      const { owner, space, member } = at;
      const texts = [...new Set(vectors.cases.map(({ text }) => text))];
      for (const text of texts) await owner.says(space, text);
      for (const { q, refused: isRefused } of vectors.cases) {
        if (isRefused) {
          assert.equal(await refused(finds(member, { q, space: space.id })), 'invalid_query', q);
          continue;
        }
        const terms = searchTermsOf(q);
        const expected = texts.filter((text) =>
          terms.every((term) => placesOfTerm(placedWordsOf(text), term).length > 0),
        );
        assert.deepEqual(await finds(member, { q, space: space.id }), expected.reverse(), q);
      }
    },
  );

  searchTest('[SRCH-1] by author, channel, mention, link and time, newest first, page after page', async (at) => {
    const { owner, moderator, member, space, square, talk } = at;
    const side = { space: space.id, channel: (await newChannel(owner, space, 'side')).id };
    const say = (who: Person, content: string, params = talk) =>
      who.client.call(sendMessage, { params, body: { content } });
    const first = await say(owner, 'apples from the owner');
    // What is said next has a time of its own.
    while (Date.now() <= first.ts) await new Promise(setImmediate);
    await say(moderator, `apples for <@${member.account.id}>`);
    await say(member, 'apples at https://example.com/', side);
    await owner.says(square, 'apples elsewhere');
    const last = await say(owner, 'more apples', side);

    const all = ['more apples', 'apples at https://example.com/', `apples for <@${member.account.id}>`];
    assert.deepEqual(await finds(member, { q: 'apples', space: space.id }), [...all, 'apples from the owner']);
    assert.deepEqual(await finds(member, { q: 'apple' }), [
      'more apples',
      'apples elsewhere',
      ...all.slice(1),
      'apples from the owner',
    ]);
    assert.deepEqual(await finds(member, { ...side, q: 'apples' }), all.slice(0, 2));
    assert.deepEqual(await finds(member, { space: space.id, author: owner.account.id }), [
      'more apples',
      'apples from the owner',
    ]);
    assert.deepEqual(await finds(member, { mentions: member.account.id }), [all[2]]);
    assert.deepEqual(await finds(member, { has: 'link' }), [all[1]]);
    assert.deepEqual(await finds(member, { q: 'apples', space: space.id, until: first.ts }), ['apples from the owner']);
    assert.equal((await finds(member, { q: 'apples', space: space.id, since: first.ts })).length, 4);
    assert.deepEqual(await finds(member, { q: 'apples', since: last.ts + 1 }), []);
    assert.deepEqual(await finds(member, { until: first.ts }), ['apples from the owner']);
    assert.deepEqual(await finds(member, side), all.slice(0, 2));
    assert.deepEqual(await finds(member, { author: `u_${'a'.repeat(32)}` }), []);

    const pages: string[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const query = { q: 'apples', limit: 2, ...(after === undefined ? {} : { after }) };
      const page = await member.client.call(searchMessages, { query });
      assert.equal(page.back_to, null);
      pages.push(...page.messages.map(({ content }) => content));
      after = page.next;
    }
    assert.deepEqual(pages, await finds(member, { q: 'apples' }));
  });

  searchTest('[SRCH-5] what was edited is found by what it says now, what was deleted not at all', async (at) => {
    const { owner, member, space, talk } = at;
    const { id: message } = await member.says(space, 'a misspelled wrod');
    const params = { ...talk, message };
    await member.client.call(editMessage, { params, body: { content: 'a corrected word' } });
    assert.deepEqual(await finds(owner, { q: 'wrod' }), []);
    assert.deepEqual(await finds(owner, { q: 'corrected' }), ['a corrected word']);
    assert.deepEqual(await finds(owner, { q: 'misspelled word' }), []);
    assert.deepEqual(await finds(owner, { q: '"corrected word"' }), ['a corrected word']);
    const linked = `<@${owner.account.id}> https://wrod.example/`;
    for (const [content, isThere] of [
      [linked, true],
      ['blink of a link', false],
      [linked, true],
    ] as const) {
      await member.client.call(editMessage, { params, body: { content } });
      assert.equal((await finds(owner, { has: 'link' })).length, isThere ? 1 : 0);
      assert.equal((await finds(owner, { mentions: owner.account.id })).length, isThere ? 1 : 0);
      assert.equal((await finds(owner, { q: 'wrod' })).length, isThere ? 1 : 0);
    }
    for (let times = 0; times < 30; times++) {
      const words = Array.from({ length: 500 }, (_, at) => `w${times}x${at}`)
        .join(' ')
        .slice(0, 3_900);
      await member.client.call(editMessage, { params, body: { content: words } });
      assert.equal((await finds(owner, { q: `w${times}x7` })).length, 1);
      assert.equal((await finds(owner, { q: `w${times - 1}x7` })).length, 0);
    }
    await member.client.call(editMessage, { params, body: { content: 'a corrected word' } });
    assert.deepEqual(await finds(owner, { q: 'corrected' }), ['a corrected word']);
    await member.client.call(deleteMessage, { params });
    assert.deepEqual(await finds(owner, { q: 'corrected' }), []);
    assert.deepEqual(await finds(owner, { author: member.account.id }), []);
  });

  searchTest('[SRCH-1] nobody finds what they may not read', async (at) => {
    const { owner, member, stranger, space } = at;
    const secret = { space: space.id, channel: (await newChannel(owner, space, 'secret', { private: true })).id };
    await owner.client.call(sendMessage, { params: secret, body: { content: 'the surprise' } });
    assert.deepEqual(await finds(owner, { q: 'surprise' }), ['the surprise']);
    assert.deepEqual(await finds(member, { q: 'surprise' }), []);
    assert.deepEqual(await finds(member, { q: 'surprise', space: space.id }), []);
    assert.equal(await refused(finds(member, { q: 'surprise', ...secret })), 'not_found');
    assert.equal(await refused(finds(stranger, { q: 'surprise', space: space.id })), 'not_found');
    await member.says(space, 'my own words');
    await owner.client.call(kickMember, { params: { space: space.id, user: member.account.id }, body: {} });
    assert.deepEqual(await finds(member, { q: 'words' }), []);
    assert.equal(await refused(finds(member, { q: 'words', space: space.id })), 'not_found');
  });

  searchTest(
    '[SRCH-1] who is shown out while a search of theirs runs is told nothing more',
    async ({ owner, member, space }, { database, clock }) => {
      await owner.says(space, 'the plan of those who stay');
      const slow = {
        dialect: database.dialect,
        read: database.read.bind(database),
        async readAside<R>(statement: Statement<R>, limit: number): Promise<R[]> {
          const found = await database.readAside(statement, limit);
          assert.equal(found.length, 1);
          await owner.client.call(kickMember, { params: { space: space.id, user: member.account.id }, body: {} });
          return found;
        },
      };
      const page = await searchWith({ database: slow, clock }, member.account.id, { q: 'plan' });
      assert.deepEqual(page, { messages: [], next: null, back_to: null });
    },
  );

  searchTest('[SRCH-4] whatever is asked, it is answered or refused', async (at) => {
    const { owner, space } = at;
    await owner.says(space, 'NEAR AND OR NOT a:b "quoted" c* ^d');
    const hostile = [
      'a* b* c*',
      'NEAR(a b)',
      '"',
      '"""""',
      'words:secret',
      '^near',
      'NOT near',
      '-near',
      "'; DROP TABLE messages; --",
      "a' & 'b | !c:*",
      '\\',
      '%',
      '_',
      '_c1',
      '{a b}',
      '.*+?(',
      'x'.repeat(limits.searchQueryLength),
      '语'.repeat(limits.searchQueryLength),
      '\u0301\u0300',
      '\u{1f600}',
      '\u202e\u200b',
    ];
    for (const q of hostile) assert.match(await refused(finds(owner, { q })), /^(done|invalid_query)$/, q);
    assert.equal(await refused(finds(owner, { q: 'a'.repeat(4_096) })), 'invalid_query');
    const words = Array.from({ length: limits.searchTerms + 1 }, (_, at) => `w${at}`);
    assert.equal(await refused(finds(owner, { q: words.join(' ') })), 'invalid_query');
    assert.deepEqual(await finds(owner, { q: words.slice(1).join(' ') }), []);
    const { channel } = at.talk;
    for (const query of [{ q: 'a', channel }, { channel }, { q: 'a', after: 'bogus' }])
      assert.equal(await refused(finds(owner, query)), 'invalid_query', JSON.stringify(query));
  });
}
