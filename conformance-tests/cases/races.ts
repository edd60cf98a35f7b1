import assert from 'node:assert/strict';
import { register } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { joinByInvite, listInvites } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { GatewayEvent } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { conformance } from '../case.ts';
import { countsOf } from '../expect.ts';
import { goodPassword, newHandle } from '../people.ts';
import { placeOf } from '../person.ts';
import { Visitor } from '../visitor.ts';

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

export const raceCases = [
  conformance(['ACC-10', 'EVT-3'], 'of many who want one handle one gets it', async ({ target, rules, signal }) => {
    const handle = newHandle('wanted');
    const visitor = new Visitor({ url: target.url, rules, signal });
    const answers = await Promise.all(
      times(4, () => visitor.tries(register, { body: { handle, password: goodPassword } })),
    );
    assert.deepEqual(countsOf(answers.map(({ status }) => status)), { 201: 1, 409: 3 });
  }),

  conformance(['INV-4', 'EVT-6'], 'somebody who joins ten times at once is one member', async ({ people }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    const code = await owner.makesInvite(club);
    const answers = await Promise.all(times(10, () => member.tries(joinByInvite, { params: { code } })));
    assert.deepEqual(countsOf(answers.map(({ status }) => status)), { 200: 10 });
    const { invites } = await owner.asks(listInvites, { params: { space: club.space } });
    assert.deepEqual([invites[0]!.uses, (await owner.opens(club)).member_count], [1, 2]);
    await owner.hears(await member.says(club.general, 'sentinel'));
    assert.equal(owner.gateway!.events().filter(({ t }) => t === 'member.joined').length, 1);
  }),

  conformance(
    ['MOD-1', 'GW-9', 'EVT-3'],
    'nothing of a space comes after one was told to be out of it',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const own = await member.founds('Own club');
      const params = { space: club.space, user: member.id };
      const talk = times(80, (i) => owner.says(club.general, `number ${i}`));
      await talk[20];
      const kicked = owner.asks(kickMember, { params, body: {} });
      const answers = times(20, () =>
        member.tries(messages.sendMessage, { params: { ...club.general }, body: { content: 'me too' } }),
      );
      await Promise.all([...talk, kicked]);
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      assert.ok(
        statuses.every((status) => status === 201 || status === 404),
        statuses.join(),
      );
      await owner.hears(await owner.says(club.general, 'sentinel'));
      const told = owner.gateway!.events();
      const out = told.findIndex((event) => event.t === 'member.left' && event.d.user === member.id);
      const isTheirs = (event: GatewayEvent) =>
        event.t === 'message.created' &&
        event.d.message.space === club.space &&
        event.d.message.author.id === member.id;
      assert.ok(out > 0 && !told.slice(out).some(isTheirs), 'what the hub decides comes in one order');
      assert.equal(told.filter(isTheirs).length, statuses.filter((status) => status === 201).length);
      await member.hears(await member.says(own.general, 'sentinel'));
      const texts = member.gateway!.texts;
      const left = texts.findIndex((text) => text.includes('"space.left"'));
      assert.ok(left > 0);
      assert.ok(!texts.slice(left + 1).some((text) => text.includes(club.space)));
    },
  ),

  conformance(
    ['MSG-3', 'MSG-4', 'EVT-3'],
    'editing and deleting at once ends with one of them, for everybody',
    async ({ people }) => {
      const [owner, reader] = await people('owner', 'reader');
      const club = await owner.founds('Tea club');
      await owner.invites(reader);
      for (let round = 0; round < 5; round++) {
        const sent = await owner.says(club.general, 'hello');
        const params = placeOf(sent);
        const edits = times(5, (i) => owner.tries(messages.editMessage, { params, body: { content: `edit ${i}` } }));
        const deletes = times(3, () => owner.tries(messages.deleteMessage, { params }));
        const [edited, deleted] = [await Promise.all(edits), await Promise.all(deletes)];
        assert.deepEqual(countsOf(deleted.map(({ status }) => status)), { 204: 1, 404: 2 });
        assert.ok(edited.every(({ status }) => status === 200 || status === 404));
        await reader.isRefused('not_found', messages.getMessage, { params });
        await reader.sees('message.deleted', (d) => d.messages.includes(sent.id));
      }
    },
  ),
];
