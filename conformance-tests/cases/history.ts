import assert from 'node:assert/strict';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { conformance } from '../case.ts';
import type { Place } from '../person.ts';
import type { Person } from '../person.ts';

const many = 24;

async function says(author: Person, place: Place, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push((await author.says(place, `number ${i}`)).id);
  return ids;
}

export const historyCases = [
  conformance('MSG-2', 'history is read backwards and forwards without a hole or a repeat', async ({ visitors }) => {
    const [author] = await visitors('author');
    const { general } = await author.founds('Tea club');
    const ids = await says(author, general, many);
    const back: string[] = [];
    for (let before: string | undefined, more = true; more; ) {
      const page = await author.reads(general, { limit: 7, ...(before ? { before } : {}) });
      back.unshift(...page.messages.map(({ id }) => id));
      more = page.more_before;
      before = page.messages[0]?.id;
      assert.equal(page.more_after, back.length > page.messages.length);
    }
    assert.deepEqual(back, ids);
    const forth = [ids[0]!];
    for (let more = true; more; ) {
      const page = await author.reads(general, { limit: 7, after: forth.at(-1)! });
      forth.push(...page.messages.map(({ id }) => id));
      more = page.more_after;
      assert.equal(page.more_before, true);
    }
    assert.deepEqual(forth, ids);
  }),

  conformance(
    'MSG-2',
    'a page around a message has it in the middle, and one around nothing what is near',
    async ({ visitors }) => {
      const [author] = await visitors('author');
      const { general } = await author.founds('Tea club');
      const ids = await says(author, general, many);
      const around = async (position: string, limit: number) => {
        const page = await author.reads(general, { around: position, limit });
        return { ids: page.messages.map(({ id }) => id), more: [page.more_before, page.more_after] };
      };
      const middle = await around(ids[12]!, 5);
      assert.ok(middle.ids.includes(ids[12]!));
      assert.deepEqual(middle.ids, ids.slice(ids.indexOf(middle.ids[0]!), ids.indexOf(middle.ids[0]!) + 5));
      assert.deepEqual(middle.more, [true, true]);
      assert.equal((await around(ids[0]!, 5)).more[0], false);
      assert.ok((await around(ids[0]!, 5)).ids.includes(ids[0]!));
      assert.equal((await around(ids.at(-1)!, 5)).more[1], false);
      const { id: gone } = await author.says(general, 'gone');
      const params = { ...general, message: gone };
      await author.asks(messages.deleteMessage, { params });
      const near = await around(gone, 4);
      assert.ok(near.ids.length > 0 && !near.ids.includes(gone));
      assert.deepEqual((await around('999999999.5', 4)).more[1], false);
    },
  ),

  conformance('MSG-2', 'one asks before, after or around, not for two of them', async ({ visitors }) => {
    const [author] = await visitors('author');
    const { general } = await author.founds('Tea club');
    const { id } = await author.says(general, 'hello');
    for (const query of [
      { before: id, after: id },
      { before: id, around: id },
      { after: id, around: id },
      { before: 'x' },
      { before: '0.1' },
      { limit: 0 },
      { limit: 101 },
      { limit: '1e1' },
      { limit: '-1' },
    ]) {
      await author.isRefused('invalid_query', messages.listMessages, { params: { ...general }, query });
    }
    assert.deepEqual((await author.reads(general, { before: id })).messages, []);
    assert.deepEqual((await author.reads(general, { after: id })).messages, []);
  }),

  conformance(
    ['MSG-11', 'PERM-9'],
    'without the history one hears what comes and reads nothing older',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const old = await owner.says(club.general, 'long ago');
      await owner.overrides(club.general, 'everyone', { deny: ['message.history'] });
      await member.hears(await owner.says(club.general, 'now'));
      const params = { ...club.general, message: old.id, emoji: '👍' };
      for (const endpoint of [messages.listMessages, messages.getMessage, messages.listPins, messages.listReactions]) {
        const error = await member.isRefused('missing_permission', endpoint, { params });
        assert.equal(error.details?.['permission'], 'message.history');
      }
    },
  ),

  conformance(['MSG-7', 'INV-5'], 'the read marker goes forward only, on every device', async ({ people }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const laptop = await member.watches();
    const sent = [
      await owner.says(club.general, 'one'),
      await owner.says(club.general, 'two'),
      await owner.says(club.general, 'three'),
    ];
    assert.equal((await member.marksRead(sent[1]!)).unread, 1);
    await laptop.event('read.updated', (d) => d.view.read === sent[1]!.id && d.view.unread === 1);
    const phone = member.connections[0]!;
    await phone.event('read.updated', (d) => d.view.read === sent[1]!.id);
    const back = await member.marksRead(sent[0]!);
    assert.equal(back.read, sent[1]!.id);
    const [epoch, seq] = sent[2]!.id.split('.').map(Number);
    const beyond = { ...sent[2]!, id: `${epoch}.${seq! + 50}` };
    const end = await member.marksRead(beyond);
    assert.deepEqual([end.read, end.last, end.unread], [sent[2]!.id, sent[2]!.id, 0]);
    await owner.says(club.general, 'four');
    const own = await member.says(club.general, 'five');
    assert.deepEqual((await member.opens(club)).channels[0]!.view, {
      last: own.id,
      read: own.id,
      unread: 0,
      mentions: 0,
    });
  }),

  conformance(['MSG-7', 'LIM-1'], 'unread messages are counted up to a hundred', async ({ people }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    await Promise.all(Array.from({ length: 105 }, (_, i) => owner.says(club.general, `number ${i}`)));
    await member.until(() => member.gateway!.count >= 105);
    const { view } = (await member.opens(club)).channels[0]!;
    assert.equal(view.unread, 100);
    assert.equal(member.gateway!.state!.spaces[0]!.channels[0]!.view.unread, 100);
  }),
];
