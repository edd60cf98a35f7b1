import assert from 'node:assert/strict';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { unpinMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { updateRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { explainPermission, getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { GatewayEventName } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import { permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { conformance } from '../case.ts';
import { placeOf } from '../person.ts';

export const leakCases = [
  conformance(
    ['GW-17', 'PERM-5', 'PERM-10'],
    'nothing that happens in a hidden channel is told to those who may not see it',
    async ({ people }) => {
      const [owner, friend, member] = await people('owner', 'friend', 'member');
      const club = await owner.founds('Tea club');
      for (const person of [friend, member]) await owner.invites(person);
      // All rights but to see it: only an administrator sees what is hidden.
      const rights = permissionNames.filter((name) => name !== 'administrator');
      await owner.asks(updateRole, { params: { space: club.space, role: 'everyone' }, body: { permissions: rights } });
      const hidden = await owner.makesChannel(club, 'surprise-7731', { private: true });
      await owner.overrides(hidden, friend.id, { allow: ['channel.view'] });
      await friend.sees('channel.created', (d) => d.channel.id === hidden.channel);
      await owner.asks(channels.updateChannel, { params: { ...hidden }, body: { topic: 'surprise-7731 party' } });
      await friend.types(hidden);
      const sent = await friend.says(hidden, `surprise-7731 <@${member.id}> @everyone`);
      await owner.reacts(sent, '🎉');
      await friend.edits(sent, 'surprise-7731 edited');
      await owner.pins(sent);
      await owner.asks(unpinMessage, { params: placeOf(sent) });
      await owner.unreacts(sent, '🎉');
      await owner.says(hidden, 'surprise-7731', { reply_to: sent.id });
      await friend.marksRead(sent);
      await friend.deletes(sent);
      await owner.asks(channels.removeOverride, { params: { ...hidden, target: friend.id } });
      await owner.asks(channels.deleteChannel, { params: { ...hidden } });
      await member.hears(await owner.says(club.general, 'sentinel'));
      for (const text of [hidden.channel, 'surprise-7731']) {
        const frame = member.gateway!.texts.find((one) => one.includes(text));
        assert.equal(frame, undefined);
      }
      const params = { space: club.space };
      for (const endpoint of [getSpace, listMembers, explainPermission]) {
        assert.ok(!(await member.tries(endpoint, { params })).text.includes(hidden.channel), endpoint.name);
      }
      await friend.sees('channel.deleted', (d) => d.channel === hidden.channel);
    },
  ),

  conformance('GW-17', 'invites and bans are told to those who look after them only', async ({ people }) => {
    const [owner, mod, member, stranger] = await people('owner', 'mod', 'member', 'stranger');
    const club = await owner.founds('Tea club');
    for (const person of [mod, member]) await owner.invites(person);
    const role = await owner.makesRole(club, 'mods', { rank: 5, permissions: ['invite.manage', 'member.ban'] });
    await owner.gives(club, mod, role);
    for (const person of [mod, member])
      await person.sees('member.updated', (d) => d.member.user.id === mod.id && d.member.roles.length === 1);
    const before = { mod: mod.gateway!.count, member: member.gateway!.count };
    await owner.makesInvite(club);
    await owner.bans(club, stranger);
    const names = async (person: typeof mod, from: number): Promise<GatewayEventName[]> => {
      await person.hears(await owner.says(club.general, `sentinel for ${person.name}`));
      return person
        .gateway!.events()
        .slice(from)
        .map(({ t }) => t)
        .filter((t) => t !== 'message.created');
    };
    assert.deepEqual(await names(mod, before.mod), ['invite.created', 'ban.added']);
    assert.deepEqual(await names(member, before.member), []);
    const own = await stranger.founds('Own club');
    await stranger.hears(await stranger.says(own.general, 'sentinel'));
    for (const event of stranger.gateway!.events()) assert.ok(JSON.stringify(event).includes(own.space), event.t);
  }),

  conformance(
    ['GW-19', 'MSG-4', 'GW-17'],
    'a deletion names what was deleted, to those who may see the channel',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const sent = await owner.says(club.general, 'hello');
      await owner.edits(sent, 'hello again');
      await owner.deletes(sent);
      const { messages, channel } = await member.sees('message.deleted');
      assert.ok(messages.includes(sent.id) && channel === club.general.channel);
    },
  ),

  conformance('MSG-5', 'whose reaction it was is not in a frame that many get', async ({ people }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const sent = await owner.says(club.general, 'hello');
    await owner.reacts(sent, '👍');
    const late = await member.says(club.general, 'an answer', { reply_to: sent.id });
    for (const person of [owner, member]) {
      await person.hears(late);
      assert.ok(person.gateway!.texts.every((text) => !text.includes('"me":true')));
    }
  }),
];
