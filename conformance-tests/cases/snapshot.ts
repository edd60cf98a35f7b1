import assert from 'node:assert/strict';
import { applyMessageEvent } from '@folkmoot/protocol-spec/client/messages.ts';
import { emptyMessageList, type MessageList } from '@folkmoot/protocol-spec/client/message-list.ts';
import { setPresence, updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, revokeInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { unbanUser, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { unpinMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { gatewayEvents } from '@folkmoot/protocol-spec/schemas/gateway/events.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { conformance } from '../case.ts';
import { differenceOf } from '../difference.ts';
import { type Person, placeOf } from '../person.ts';
import { eventually } from '../waiting.ts';
import { joinsUnlisted } from './unlisted.ts';

/** How long what was sent may be on its way. */
const agreeMs = 60_000;

/** Compares what somebody has put together from events with what a fresh gateway says, after one deed. */
export async function agrees(person: Person, deed: string): Promise<void> {
  const held = person.gateway!;
  let difference: string | undefined = 'nothing came';
  const isEqual = async () => {
    const fresh = person.connects();
    await fresh.frame('hello');
    fresh.send({ op: 'identify', token: person.token });
    const { d } = await fresh.frame('ready');
    fresh.close();
    held.send({ op: 'heartbeat', seq: held.count });
    const acks = held.frames.length;
    await held.frame('heartbeat_ack', acks);
    difference = differenceOf(held.state, d);
    return difference === undefined;
  };
  const signal = AbortSignal.any([person.parts.signal, AbortSignal.timeout(agreeMs)]);
  await eventually(signal, isEqual, 'both agree').catch((error: unknown) => {
    // A difference says more than that it took too long.
    if (difference === 'nothing came') throw error;
  });
  assert.equal(difference, undefined, `${person.name} after ${deed}`);
}

/** Those that have cases of their own: people, bots, voice, other homeservers. */
const ofOwnCases = /^(space\.(people|hub)|(relationship|request|bot|voice|call|stream|event|intent|reports)\..*)$/;

export const snapshotCases = [
  conformance(
    'GW-7',
    'after every kind of event the opening state and the events say the same',
    async ({ people }) => {
      const [owner, member, other, stranger] = await people('owner', 'member', 'other', 'stranger');
      const club = await owner.founds('Tea club');
      const params = { space: club.space };
      let role = await owner.makesRole(club, 'first');
      let place = club.general;
      let sent: Message | undefined;
      const said = () => sent ?? assert.fail('nothing was said');
      const deeds: [string, () => Promise<unknown>][] = [
        ['joining', async () => (await owner.invites(member), owner.invites(other))],
        ['a new role', async () => (role = await owner.makesRole(club, 'guests', { rank: 4, mentionable: true }))],
        [
          'a changed role',
          () => owner.asks(roles.updateRole, { params: { ...params, role: role.id }, body: { rank: 9, name: 'a' } }),
        ],
        ['a given role', () => owner.gives(club, member, role)],
        [
          'a nick name',
          () => member.asks(updateMember, { params: { ...params, user: member.id }, body: { nick: 'M' } }),
        ],
        ['a timeout', () => owner.timesOut(club, member, Date.now() + 3_600_000)],
        ['the end of it', () => owner.timesOut(club, member, null)],
        [
          'going off the lists',
          () => member.asks(updateMember, { params: { ...params, user: member.id }, body: { unlisted: true } }),
        ],
        ['a word that puts one on them', () => member.says(club.general, 'here I am')],
        ['somebody who is not listed', () => joinsUnlisted(owner, club, stranger)],
        ['who leaves', () => stranger.leaves(club)],
        ['a new channel', async () => (place = await owner.makesChannel(club, 'plans', { order: 3 }))],
        [
          'a changed channel',
          () => owner.asks(channels.updateChannel, { params: { ...place }, body: { order: 0, topic: 't' } }),
        ],
        ['an override', () => owner.overrides(place, role.id, { allow: ['mention.everyone'] })],
        ['a message', async () => (sent = await owner.says(place, `<@${member.id}> <@&${role.id}> @everyone`))],
        ['an answer', () => member.says(place, 'yes', { reply_to: said().id })],
        ['an edit', () => owner.edits(said(), 'nobody in particular')],
        ['a reaction', () => member.reacts(said(), '👍')],
        ['none', () => member.unreacts(said(), '👍')],
        ['a pin', () => owner.pins(said())],
        ['no pin', () => owner.asks(unpinMessage, { params: placeOf(said()) })],
        ['a read marker', () => other.marksRead(said())],
        ['a message to everyone', async () => (sent = await owner.says(place, `@everyone <@&${role.id}>`))],
        ['a role taken', () => owner.takes(club, member, role)],
        ['a role given again', () => owner.gives(club, member, role)],
        ['a channel hidden', () => owner.overrides(place, 'everyone', { deny: ['channel.view'] })],
        ['a message in it', async () => (sent = await owner.says(place, `@everyone secret`))],
        ['a channel shown to one', () => owner.overrides(place, member.id, { allow: ['channel.view'] })],
        ['a channel shown', () => owner.asks(channels.removeOverride, { params: { ...place, target: 'everyone' } })],
        ['a message deleted', () => owner.deletes(said())],
        ['typing', () => owner.types(place)],
        [
          'an invite',
          async () => {
            const { invite } = await owner.asks(createInvite, { params, body: {} });
            await owner.asks(revokeInvite, { params: { ...params, invite: invite.id } });
          },
        ],
        ['a changed community', () => owner.asks(updateSpace, { params, body: { name: 'Coffee club' } })],
        ['a profile', () => member.asks(updateProfile, { body: { display_name: 'Another', bio: 'b' } })],
        ['a presence', () => member.asks(setPresence, { body: { status: 'dnd', text: 'busy' } })],
        [
          'a presence seen',
          async () => {
            owner.gateway!.send({ op: 'watch', users: [member.id] });
            await owner.sees('presence.updated');
          },
        ],
        ['a role deleted', () => owner.asks(roles.deleteRole, { params: { ...params, role: role.id } })],
        [
          'everyone with less',
          () => owner.asks(roles.updateRole, { params: { ...params, role: 'everyone' }, body: { permissions: [] } }),
        ],
        [
          'everyone with more',
          () =>
            owner.asks(roles.updateRole, {
              params: { ...params, role: 'everyone' },
              body: { permissions: ['channel.view', 'message.send'] },
            }),
        ],
        ['a channel deleted', () => owner.asks(channels.deleteChannel, { params: { ...place } })],
        ['a kick', () => owner.kicks(club, other)],
        ['a ban', () => owner.bans(club, member, { purge_seconds: 60 })],
        ['a ban of a stranger', () => owner.bans(club, stranger)],
        ['its end', () => owner.asks(unbanUser, { params: { ...params, user: member.id } })],
        ['coming back', () => owner.invites(member, club)],
        ['leaving', () => member.leaves(club)],
      ];
      for (const [deed, does] of deeds) {
        await does();
        for (const person of [owner, member, other]) await agrees(person, deed);
      }
      const seen = new Set([owner, member, other].flatMap((person) => person.gateway!.events().map(({ t }) => t)));
      assert.deepEqual(
        Object.keys(gatewayEvents).filter((t) => !seen.has(t as never) && !ofOwnCases.test(t)),
        [],
      );
    },
    { patience: 480_000 },
  ),

  conformance(
    ['GW-7', 'MSG-2'],
    'a list of messages kept up by events is what a fresh page says',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const sent: Message[] = [];
      for (let i = 0; i < 6; i++) sent.push(await (i % 2 ? owner : member).says(club.general, `number ${i}`));
      await owner.edits(sent[1]!, 'edited');
      for (const person of [member, owner]) await person.reacts(sent[2]!, '👍');
      await member.reacts(sent[2]!, '🎉');
      await owner.unreacts(sent[2]!, '👍');
      await owner.pins(sent[3]!);
      await owner.deletes(sent[4]!);
      await member.asks(updateProfile, { body: { display_name: 'Renamed' } });
      for (const person of [owner, member]) await person.sees('user.updated', (d) => d.user.display_name === 'Renamed');
      const last = await owner.says(club.general, 'sentinel');
      for (const person of [owner, member]) {
        await person.hears(last);
        const start: MessageList = { ...emptyMessageList, more_after: false, more_before: false };
        const kept = person.gateway!.events().reduce((list, event) => applyMessageEvent(list, event, person.id), start);
        const { messages } = await person.reads(club.general);
        assert.equal(differenceOf(kept.messages, messages), undefined, person.name);
      }
    },
  ),
];
