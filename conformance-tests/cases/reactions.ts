import assert from 'node:assert/strict';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { conformance } from '../case.ts';
import { placeOf } from '../person.ts';

export const reactionCases = [
  conformance(
    ['MSG-5', 'EVT-6'],
    'everybody reacts once with each emoji, in the order of the first',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const sent = await owner.says(club.general, 'hello');
      await owner.reacts(sent, '👍');
      await member.reacts(sent, '🎉');
      await member.reacts(sent, '👍');
      await Promise.all(Array.from({ length: 10 }, () => member.reacts(sent, '👍')));
      await owner.sees('reaction.added', (d) => d.user === member.id && d.emoji === '👍');
      const { reactions } = await member.asks(messages.getMessage, { params: placeOf(sent) });
      assert.deepEqual(reactions, [
        { emoji: '👍', count: 2, me: true },
        { emoji: '🎉', count: 1, me: true },
      ]);
      const { users } = await owner.asks(messages.listReactions, { params: { ...placeOf(sent), emoji: '👍' } });
      assert.deepEqual(
        users.map(({ id }) => id),
        [owner.id, member.id],
      );
      await member.unreacts(sent, '👍');
      await member.unreacts(sent, '👍');
      await owner.sees('reaction.removed', (d) => d.user === member.id && d.emoji === '👍');
      const after = await member.asks(messages.getMessage, { params: placeOf(sent) });
      assert.deepEqual(after.reactions, [
        { emoji: '👍', count: 1, me: false },
        { emoji: '🎉', count: 1, me: true },
      ]);
      await owner.hears(await member.says(club.general, 'sentinel'));
      const seen = owner.gateway!.events().filter(({ t }) => t.startsWith('reaction.'));
      assert.equal(seen.length, 4);
    },
  ),

  conformance('MSG-5', 'a reaction is one emoji of the list', async ({ visitors }) => {
    const [owner] = await visitors('owner');
    const club = await owner.founds('Tea club');
    const sent = await owner.says(club.general, 'hello');
    for (const emoji of ['a', '👍👍', 'ok', ' ', '👍 ', '1', '☹', '👨‍👩', ':smile:']) {
      await owner.isRefused('bad_emoji', messages.addReaction, { params: { ...placeOf(sent), emoji } });
    }
    for (const emoji of ['👍🏽', '👨‍👩‍👧‍👦', '🇩🇪', '1️⃣', '☹️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿']) await owner.reacts(sent, emoji);
  }),

  conformance(['MSG-6', 'EVT-6'], 'pins are listed, the last one first', async ({ people }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const [one, two] = [await member.says(club.general, 'one'), await member.says(club.general, 'two')];
    await member.isRefused('missing_permission', messages.pinMessage, { params: placeOf(one) });
    await owner.pins(two);
    await owner.pins(one);
    await owner.pins(one);
    await member.sees('pin.added', (d) => d.message === one.id);
    const listed = await member.asks(messages.listPins, { params: { ...club.general } });
    assert.deepEqual(
      listed.messages.map(({ id, pinned }) => [id, pinned]),
      [
        [one.id, true],
        [two.id, true],
      ],
    );
    await owner.asks(messages.unpinMessage, { params: placeOf(one) });
    await owner.asks(messages.unpinMessage, { params: placeOf(one) });
    await member.sees('pin.removed', (d) => d.message === one.id);
    assert.equal((await member.asks(messages.listPins, { params: { ...club.general } })).messages.length, 1);
    await member.hears(await owner.says(club.general, 'sentinel'));
    assert.equal(member.gateway!.events().filter(({ t }) => t.startsWith('pin.')).length, 3);
  }),
];
