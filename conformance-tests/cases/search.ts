import assert from 'node:assert/strict';
import { placedWordsOf, placesOfTerm, searchTermsOf } from '@folkmoot/protocol-spec/client/search-words.ts';
import type { QueryOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { searchMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import vectors from '@folkmoot/protocol-spec/vectors/search.json' with { type: 'json' };
import { Bot, letsIn } from '../bots.ts';
import { conformance } from '../case.ts';
import type { Watcher } from '../watcher.ts';

type Search = QueryOf<typeof searchMessages>;

const finds = (who: Watcher, query: Search) => who.asks(searchMessages, { query });
const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id);
const isFound = async (who: Watcher, query: Search, ...expected: readonly Message[]) =>
  assert.deepEqual(idsOf((await finds(who, query)).messages), idsOf(expected), JSON.stringify(query));

export const searchCases = [
  conformance(
    ['SRCH-2', 'SRCH-3', 'SRCH-4'],
    'a query finds what the vectors say, and nothing else of them',
    async ({ visitors }) => {
      const [author] = await visitors('author');
      const { space, general } = await author.founds('Tea club');
      const texts = [...new Set(vectors.cases.map(({ text }) => text))];
      for (const text of texts) await author.says(general, text);
      for (const { q, refused } of vectors.cases) {
        if (refused) {
          await author.isRefused('invalid_query', searchMessages, { query: { q, space } });
          continue;
        }
        const terms = searchTermsOf(q);
        const found = texts.filter((text) => terms.every((term) => placesOfTerm(placedWordsOf(text), term).length > 0));
        const { messages } = await finds(author, { q, space, limit: limits.searchPageSize });
        assert.deepEqual(messages.map(({ content }) => content).sort(), found.sort(), q);
      }
    },
  ),

  conformance('SRCH-1', 'what is found meets everything that is asked for', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const { space, general } = await ada.founds('Tea club');
    await ada.invites(bo);
    const side = await ada.makesChannel({ space }, 'side');
    const one = await ada.says(general, 'green tea');
    const two = await bo.says(general, `green tea for <@${ada.id}>`);
    const three = await bo.says(side, 'green tea at HTTPS://tea.example/');
    const elsewhere = await bo.founds('Other club');
    const four = await bo.says(elsewhere.general, 'green tea again');
    await isFound(bo, { q: 'tea' }, four, three, two, one);
    await isFound(ada, { q: 'tea' }, three, two, one);
    await isFound(bo, { q: 'tea', space }, three, two, one);
    await isFound(bo, { q: 'tea', ...general }, two, one);
    await isFound(bo, { author: bo.id, space }, three, two);
    await isFound(bo, { mentions: ada.id }, two);
    await isFound(bo, { has: 'link' }, three);
    await isFound(bo, side, three);
    await isFound(bo, {}, four, three, two, one);
    await isFound(bo, { q: 'tea', has: 'link', author: ada.id });
    await isFound(bo, { q: 'tea', author: `u_${'a'.repeat(32)}` });
    const ofTime = async (query: Search) => (await finds(bo, { q: 'tea', space, ...query })).messages;
    for (const { ts } of await ofTime({ since: two.ts, until: two.ts })) assert.equal(ts, two.ts);
    assert.ok(idsOf(await ofTime({ since: two.ts, until: two.ts })).includes(two.id));
    assert.deepEqual(await ofTime({ since: four.ts + 60_000 }), []);
    for (const query of [{ channel: general.channel }, { q: 'tea', channel: general.channel }])
      await ada.isRefused('invalid_query', searchMessages, { query });
  }),

  conformance(['SRCH-1', 'API-9'], 'the pages together are everything, once', async ({ visitors }) => {
    const [author] = await visitors('author');
    const { space, general } = await author.founds('Tea club');
    const said: string[] = [];
    for (let n = 0; n < 23; n++) said.unshift((await author.says(general, `cup ${n} of tea`)).id);
    const found: string[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = await finds(author, { q: 'tea', space, limit: 5, ...(after === undefined ? {} : { after }) });
      assert.equal(page.back_to, null);
      found.push(...idsOf(page.messages));
      after = page.next;
    }
    assert.deepEqual(found, said);
    await author.isRefused('invalid_query', searchMessages, { query: { q: 'tea', after: 'somewhere' } });
  }),

  conformance('SRCH-1', 'nobody finds what they may not read (C31)', async ({ people }) => {
    const [ada, bo, stranger] = await people('Ada', 'Bo', 'stranger');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const secret = await ada.makesChannel(club, 'secret', { private: true });
    const past = await ada.makesChannel(club, 'past');
    await ada.overrides(past, 'everyone', { deny: ['message.history'] });
    const [said, old] = [await ada.says(secret, 'a surprise'), await ada.says(past, 'an old surprise')];
    await isFound(ada, { q: 'surprise' }, old, said);
    await isFound(bo, { q: 'surprise' });
    await isFound(bo, { q: 'surprise', space: club.space });
    await bo.isRefused('not_found', searchMessages, { query: { q: 'surprise', ...secret } });
    await bo.isRefused('missing_permission', searchMessages, { query: { q: 'surprise', ...past } });
    await stranger.isRefused('not_found', searchMessages, { query: { q: 'surprise', space: club.space } });
    await ada.overrides(past, 'everyone', {});
    await isFound(bo, { q: 'surprise' }, old);
    await ada.kicks(club, bo);
    await isFound(bo, { q: 'surprise' });
    await bo.isRefused('not_found', searchMessages, { query: { q: 'surprise', space: club.space } });
  }),

  conformance(
    'SRCH-5',
    'what was edited is found by what it says now, what was deleted not at all',
    async ({ visitors }) => {
      const [author] = await visitors('author');
      const { space, general } = await author.founds('Tea club');
      const message = await author.says(general, 'a cup of coffee');
      const edited = await author.edits(message, 'a cup of tea');
      await isFound(author, { q: 'coffee', space });
      await isFound(author, { q: 'tea', space }, edited);
      await author.deletes(message);
      await isFound(author, { q: 'tea', space });
      await isFound(author, { author: author.id, space });
    },
  ),

  conformance(['SRCH-5', 'BOT-10'], 'a bot that may not read finds nothing', async ({ people }) => {
    const [ada, dev] = await people('Ada', 'Dev');
    const club = await ada.founds('Tea club');
    const [deaf, reading] = [await Bot.of(dev), await Bot.of(dev)];
    await letsIn(ada, club, deaf, { content: false });
    await letsIn(ada, club, reading, { content: true });
    const said = await ada.says(club.general, 'a secret of ours');
    await isFound(reading, { q: 'secret' }, said);
    await isFound(deaf, { q: 'secret' });
    await deaf.isRefused('missing_permission', searchMessages, { query: { q: 'secret', space: club.space } });
    await deaf.isRefused('missing_permission', searchMessages, { query: { q: 'secret', ...club.general } });
  }),

  conformance(['SRCH-4', 'SRCH-7'], 'whatever is asked, it is answered or refused (C120)', async ({ visitors }) => {
    const [author] = await visitors('author');
    const { general } = await author.founds('Tea club');
    const said = await author.says(general, 'NEAR a b* "c" tea');
    await isFound(author, { q: '"a* b* c*"' }, said);
    const hostile = ['a* b* c*', 'NEAR(a b)', '"""', '*', '-tea', 'words:tea', "' & !a:*", '%', '\\', '(a|b)+', '{tea'];
    for (const q of hostile) {
      const { status } = await author.tries(searchMessages, { query: { q } });
      assert.ok(status === 200 || status === 400, `${q}: ${status}`);
    }
    for (const q of ['a'.repeat(4_096), 'x'.repeat(limits.searchQueryLength + 1), 'w '.repeat(limits.searchTerms + 1)])
      await author.isRefused('invalid_query', searchMessages, { query: { q } });
  }),
];
