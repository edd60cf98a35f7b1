import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteMessage, listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import fc from 'fast-check';
import { engines } from '../testing/engines.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const written = 60;

for (const engine of engines) {
  test(`history on ${engine.name}`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    await using server = await startHomeserver({
      folder: data.folder,
      ...(data.url ? { environment: { FOLKMOOT_DATABASE: data.url } } : {}),
    });
    const author = await person(server.url);

    await t.test(
      '[MSG-2] whichever way one walks, every message that stays is seen once and in order, while others come and go',
      async () => {
        const walk = fc.asyncProperty(
          fc.integer({ min: 1, max: 17 }),
          fc.subarray(positions, { maxLength: 25 }),
          fc.constantFrom(...walks),
          async (limit, doomed, way) => {
            const space = await author.founds('History');
            const all = await writes(author, space);
            const erased = all.filter((_, index) => doomed.includes(index));
            const meanwhile = erased.map((message) =>
              author.client.call(deleteMessage, { params: { ...talkOf(space), message: message.id } }),
            );
            const late = Array.from({ length: 10 }, (_, n) => author.says(space, `late ${n}`));
            const seen = await way(author, space, limit, all[Math.floor(all.length / 2)]!.id);
            await Promise.all([...meanwhile, ...late]);
            const ids = seen.map(({ id }) => id);
            assert.deepEqual(ids, [...new Set(ids)].toSorted(comparePositions));
            const kept = all.filter((message) => !erased.includes(message)).map(({ id }) => id);
            assert.deepEqual(
              kept.filter((id) => !ids.includes(id)),
              [],
            );
          },
        );
        await fc.assert(walk, { numRuns: 6 });
      },
    );

    await t.test(
      '[MSG-2] more_before and more_after say whether there is more, also where all the rest was deleted',
      async () => {
        const space = await author.founds('Edges');
        const all = await writes(author, space, 10);
        const first = all.slice(0, 5);
        for (const { id: message } of first)
          await author.client.call(deleteMessage, { params: { ...talkOf(space), message } });
        const page = (query: object) =>
          author.client.call(listMessages, { params: talkOf(space), query: { limit: 5, ...query } });
        const newest = await page({});
        assert.deepEqual([newest.messages.length, newest.more_before, newest.more_after], [5, false, false]);
        const older = await page({ before: all[5]!.id });
        assert.deepEqual([older.messages.length, older.more_before, older.more_after], [0, false, true]);
        const newer = await page({ after: all[9]!.id });
        assert.deepEqual([newer.messages.length, newer.more_before, newer.more_after], [0, true, false]);
        const around = await page({ around: all[2]!.id });
        assert.deepEqual([around.messages[0]?.id, around.more_before], [all[5]!.id, false]);
      },
    );
  });
}

const positions = Array.from({ length: written }, (_, index) => index);

async function writes(author: Person, space: Space, count = written): Promise<Message[]> {
  const sent = await Promise.all(Array.from({ length: count }, (_, n) => author.says(space, `message ${n}`)));
  return sent.sort((a, b) => comparePositions(a.id, b.id));
}

type Walk = (reader: Person, space: Space, limit: number, middle: string) => Promise<Message[]>;

const backwards: Walk = async (reader, space, limit) => {
  const seen: Message[] = [];
  for (let before: string | undefined; ; ) {
    const page = await reader.client.call(listMessages, {
      params: talkOf(space),
      query: { limit, ...(before ? { before } : {}) },
    });
    seen.unshift(...page.messages);
    before = page.messages[0]?.id;
    if (!before || !page.more_before) return seen;
  }
};

const forwards: Walk = async (reader, space, limit) => onwards(reader, space, limit, '1.0');

const fromTheMiddle: Walk = async (reader, space, limit, around) => {
  const page = await reader.client.call(listMessages, { params: talkOf(space), query: { limit, around } });
  const seen = [...page.messages];
  for (let { more_before } = page; more_before; ) {
    const older = await reader.client.call(listMessages, {
      params: talkOf(space),
      query: { limit, before: seen[0]?.id ?? around },
    });
    seen.unshift(...older.messages);
    more_before = older.more_before && older.messages.length > 0;
  }
  return page.more_after ? [...seen, ...(await onwards(reader, space, limit, seen.at(-1)?.id ?? around))] : seen;
};

async function onwards(reader: Person, space: Space, limit: number, from: string): Promise<Message[]> {
  const seen: Message[] = [];
  for (let after = from; ; ) {
    const page = await reader.client.call(listMessages, { params: talkOf(space), query: { limit, after } });
    seen.push(...page.messages);
    const last = page.messages.at(-1);
    if (!last || !page.more_after) return seen;
    after = last.id;
  }
}

const walks = [backwards, forwards, fromTheMiddle];
