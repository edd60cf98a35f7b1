import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteMessage, markRead } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import fc from 'fast-check';
import { opens } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import { person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

for (const engine of engines) {
  test(`read markers on ${engine.name}`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    await using server = await startHomeserver({
      folder: data.folder,
      ...(data.url ? { environment: { FOLKMOOT_DATABASE: data.url } } : {}),
    });
    const [author, reader] = [await person(server.url), await person(server.url)];

    await t.test(
      '[MSG-7] a marker stands at the furthest place that any device was at, never back and never beyond the newest',
      async () => {
        const space = await author.founds('Marked');
        await author.invites(space, reader);
        const sent: string[] = [];
        for (let n = 0; n < 12; n++)
          sent.push((await author.says(space, n % 3 === 0 ? `<@${reader.account.id}>` : 'plain')).id);
        const marks = (message: string) => reader.client.call(markRead, { params: talkOf(space), body: { message } });
        const places = fc.array(
          fc.oneof(fc.constantFrom(...sent), fc.constantFrom('1.0', '1.1', '1.99', '2.0', '999999999.5')),
          { minLength: 1, maxLength: 8 },
        );
        let highest = -1;
        const property = fc.asyncProperty(places, fc.boolean(), async (asked, together) => {
          const answers = together ? await Promise.all(asked.map(marks)) : [];
          if (!together) for (const place of asked) answers.push(await marks(place));
          highest = Math.max(
            highest,
            ...asked.map((place) => sent.findLastIndex((id) => comparePositions(id, place) <= 0)),
          );
          const [view] = (await opens(reader, space)).channels.map((channel) => channel.view);
          assert.ok(view);
          assert.ok(comparePositions(view.read, sent.at(-1)!) <= 0);
          for (const answer of answers) assert.ok(comparePositions(answer.read, view.read) <= 0);
          const unread = sent.filter((id) => comparePositions(id, view.read) > 0);
          assert.equal(view.unread, unread.length);
          assert.equal(view.mentions, unread.filter((id) => sent.indexOf(id) % 3 === 0).length);
          assert.equal(unread.length, sent.length - highest - 1);
        });
        // One after the other on the same channel: a marker that went back once would show in all that follow.
        await fc.assert(property, { numRuns: 20 });
      },
    );

    await t.test('[MSG-4] a message that was deleted keeps the counts as they were', async () => {
      const space = await author.founds('Counted');
      await author.invites(space, reader);
      const first = await author.says(space, `<@${reader.account.id}>`);
      await author.says(space, 'second');
      await author.client.call(deleteMessage, { params: { ...talkOf(space), message: first.id } });
      const [view] = (await opens(reader, space)).channels.map((channel) => channel.view);
      assert.deepEqual([view?.unread, view?.mentions], [2, 1]);
    });
  });
}
