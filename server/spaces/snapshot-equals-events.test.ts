import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, joinByInvite, revokeInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { blockServer, unblockServer } from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { type EventType, eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import {
  type Community,
  foundCommunity,
  fourPeople,
  gives,
  newChannel,
  newRole,
  requireSnapshotsEqualEvents,
} from '../testing/community.ts';
import { changeBotGrant, revokeBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { admits, botOf, joined, talkative } from '../testing/bots.ts';
import type { Person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

type Deed = (community: Community) => Promise<unknown>;

const at = ({ space: { id: space } }: Community, who: Person) => ({ space, user: who.account.id });
const inSpace = ({ space: { id: space } }: Community) => ({ space });
const messageAt = ({ talk }: Community, { id: message }: Message) => ({ ...talk, message });
const rejoin = async (community: Community, who: Person) => {
  const { code } = await community.owner.client.call(createInvite, { params: inSpace(community), body: {} });
  await who.client.call(joinByInvite, { params: { code } });
};

let bots = 0;
const newBot = () => `helper_${++bots}`;

/** For each event type, what somebody does so that it happens; between two of them everybody compares. */
const deeds: Record<EventType, Deed[]> = {
  'space.create': [({ member }) => member.founds('Another')],
  'space.update': [
    (c) =>
      c.owner.client.call(spaces.updateSpace, { params: inSpace(c), body: { name: 'Renamed', description: 'New' } }),
    (c) => c.owner.client.call(spaces.transferSpace, { params: inSpace(c), body: { user: c.member.account.id } }),
  ],
  'space.delete': [
    async (c) => {
      const doomed = await c.owner.founds('Doomed');
      await c.owner.invites(doomed, c.member, c.stranger);
      await c.member.says(doomed, 'here @everyone');
      await c.owner.client.call(spaces.deleteSpace, { params: { space: doomed.id } });
    },
    (c) => c.owner.client.call(spaces.deleteSpace, { params: inSpace(c) }),
  ],
  'role.create': [
    (c) => newRole(c.owner, c.space, { name: 'Zebra', rank: 3 }),
    (c) => newRole(c.owner, c.space, { name: 'Ant', rank: 3 }),
  ],
  'role.update': [
    async (c) => {
      const role = await newRole(c.owner, c.space, { name: 'Role', permissions: ['role.manage'] });
      await gives(c.owner, c.space, role, c.member);
      await c.owner.client.call(roles.updateRole, {
        params: { ...inSpace(c), role: role.id },
        body: { rank: 40, name: 'Higher', hoist: true },
      });
    },
    (c) =>
      c.owner.client.call(roles.updateRole, {
        params: { ...inSpace(c), role: 'everyone' },
        body: { permissions: ['message.send'] },
      }),
    (c) =>
      c.owner.client.call(roles.updateRole, {
        params: { ...inSpace(c), role: 'everyone' },
        body: { permissions: ['channel.view', 'message.send'] },
      }),
  ],
  'role.delete': [
    async (c) => {
      const role = await newRole(c.owner, c.space, { name: 'Doomed', mentionable: true });
      await gives(c.owner, c.space, role, c.member);
      await c.owner.says(c.space, `<@&${role.id}> come here`);
      const params = { ...c.talk, target: role.id };
      await c.owner.client.call(channels.setOverride, { params, body: { allow: [], deny: ['message.send'] } });
      await c.owner.client.call(roles.deleteRole, { params: { ...inSpace(c), role: role.id } });
    },
  ],
  'member.join': [(c) => c.owner.invites(c.space, c.stranger)],
  'member.leave': [(c) => c.member.client.call(spaces.leaveSpace, { params: inSpace(c) }), (c) => rejoin(c, c.member)],
  'member.update': [
    (c) => c.member.client.call(members.updateMember, { params: at(c, c.member), body: { nick: 'Nick' } }),
  ],
  'member.roles': [
    async (c) => {
      const role = await newRole(c.owner, c.space, { name: 'Mentioned', mentionable: true });
      await c.owner.says(c.space, `for <@&${role.id}> and <@${c.member.account.id}>`);
      await gives(c.owner, c.space, role, c.member);
      await gives(c.owner, c.space, role, c.moderator);
      await c.owner.says(c.space, `again <@&${role.id}>`);
      await c.owner.client.call(roles.takeRole, { params: { ...at(c, c.member), role: role.id } });
    },
  ],
  'member.kick': [
    (c) => c.moderator.client.call(members.kickMember, { params: at(c, c.member), body: { reason: 'out' } }),
  ],
  'member.ban': [
    (c) => c.moderator.client.call(members.banUser, { params: at(c, c.stranger), body: { reason: 'not even in' } }),
    async (c) => {
      await c.member.says(c.space, 'hello @everyone');
      await c.moderator.client.call(members.banUser, { params: at(c, c.member), body: { purge_seconds: 3_600 } });
    },
    (c) => c.moderator.client.call(members.banUser, { params: at(c, c.member), body: { reason: 'a better reason' } }),
  ],
  'member.unban': [
    async (c) => {
      await c.moderator.client.call(members.banUser, { params: at(c, c.member), body: {} });
      await c.moderator.client.call(members.unbanUser, { params: at(c, c.member) });
      await rejoin(c, c.member);
    },
  ],
  // What they change is told by `voice.state` and `voice.left`, which are of those inside and not of the log.
  'voice.mute': [],
  'voice.move': [],
  'voice.disconnect': [],
  'server.block': [
    (c) =>
      c.moderator.client.call(blockServer, {
        params: { space: c.space.id, server: 'blocked.example' },
        body: { reason: 'spam' },
      }),
  ],
  'server.unblock': [
    async (c) => {
      const params = { space: c.space.id, server: 'blocked.example' };
      await c.moderator.client.call(blockServer, { params, body: {} });
      await c.moderator.client.call(unblockServer, { params });
    },
  ],
  'member.timeout': [
    (c) =>
      c.moderator.client.call(members.timeOutMember, { params: at(c, c.member), body: { until: Date.now() + 60_000 } }),
    (c) => c.moderator.client.call(members.timeOutMember, { params: at(c, c.member), body: { until: null } }),
  ],
  'channel.create': [
    (c) => newChannel(c.owner, c.space, 'open'),
    (c) => newChannel(c.owner, c.space, 'closed', { private: true }),
  ],
  'channel.update': [
    (c) =>
      c.owner.client.call(channels.updateChannel, { params: c.talk, body: { topic: 'Topic', order: 9, slow_mode: 5 } }),
    async (c) => {
      const { id: channel } = await newChannel(c.owner, c.space, 'hidden', { private: true });
      const params = { ...inSpace(c), channel };
      await c.owner.client.call(messages.sendMessage, { params, body: { content: 'before @everyone' } });
      const target = c.member.account.id;
      await c.owner.client.call(channels.setOverride, {
        params: { ...params, target },
        body: { allow: ['channel.view'], deny: [] },
      });
      await c.owner.client.call(messages.sendMessage, { params, body: { content: 'after @everyone' } });
      await c.owner.client.call(channels.removeOverride, { params: { ...params, target: 'everyone' } });
      await c.owner.client.call(channels.setOverride, {
        params: { ...params, target: 'everyone' },
        body: { allow: [], deny: ['channel.view'] },
      });
      await c.owner.client.call(channels.removeOverride, { params: { ...params, target } });
    },
  ],
  'channel.delete': [
    async (c) => {
      const { id: channel } = await newChannel(c.owner, c.space, 'doomed');
      await c.owner.client.call(messages.sendMessage, { params: { ...inSpace(c), channel }, body: { content: 'x' } });
      await c.owner.client.call(channels.deleteChannel, { params: { ...inSpace(c), channel } });
    },
  ],
  'message.create': [
    (c) => c.member.says(c.space, 'one'),
    (c) => c.owner.says(c.space, `<@${c.member.account.id}> and @everyone`),
    async (c) => {
      const sent = await c.moderator.says(c.space, 'read this');
      await c.member.client.call(messages.markRead, { params: c.talk, body: { message: sent.id } });
    },
  ],
  'message.update': [
    async (c) => {
      const sent = await c.member.says(c.space, 'draft');
      await c.member.client.call(messages.editMessage, {
        params: messageAt(c, sent),
        body: { content: `<@${c.owner.account.id}> final` },
      });
    },
  ],
  'message.delete': [
    async (c) => {
      const sent = await c.member.says(c.space, `<@${c.owner.account.id}> gone`);
      await c.moderator.client.call(messages.deleteMessage, { params: messageAt(c, sent) });
    },
  ],
  'reaction.add': [
    async (c) =>
      c.member.client.call(messages.addReaction, {
        params: { ...messageAt(c, await c.owner.says(c.space, 'a')), emoji: '👍' },
      }),
  ],
  'reaction.remove': [
    async (c) => {
      const params = { ...messageAt(c, await c.owner.says(c.space, 'b')), emoji: '👍' };
      await c.member.client.call(messages.addReaction, { params });
      await c.member.client.call(messages.removeReaction, { params });
    },
  ],
  'pin.add': [
    async (c) =>
      c.moderator.client.call(messages.pinMessage, { params: messageAt(c, await c.owner.says(c.space, 'c')) }),
  ],
  'pin.remove': [
    async (c) => {
      const params = messageAt(c, await c.owner.says(c.space, 'd'));
      await c.moderator.client.call(messages.pinMessage, { params });
      await c.moderator.client.call(messages.unpinMessage, { params });
    },
  ],
  'invite.create': [(c) => c.member.client.call(createInvite, { params: inSpace(c), body: {} })],
  // Nobody can ask for it.
  'epoch.start': [],
  'server.key': [],
  'hub.key': [],
  'bot.grant': [
    async (c) => {
      const bot = await botOf(c.member, newBot());
      await admits(c.owner, c.space, bot.account.handle ?? '');
      await joined(bot, c.space);
      const params = { ...inSpace(c), bot: bot.account.id };
      await c.owner.client.call(changeBotGrant, { params, body: { ...talkative, content: false } });
    },
  ],
  'bot.revoke': [
    async (c) => {
      const bot = await botOf(c.member, newBot());
      await admits(c.owner, c.space, bot.account.handle ?? '');
      await joined(bot, c.space);
      await c.owner.client.call(revokeBot, { params: { ...inSpace(c), bot: bot.account.id } });
    },
  ],
  'invite.revoke': [
    async (c) => {
      const { invite } = await c.member.client.call(createInvite, { params: inSpace(c), body: {} });
      await c.member.client.call(revokeInvite, { params: { ...inSpace(c), invite: invite.id } });
    },
  ],
};

test('[GW-7] for every event type the opening state with the events after it is what a fresh one says', async (t) => {
  await using server = await startHomeserver();
  const people = await fourPeople(server.url);
  assert.deepEqual(Object.keys(deeds).toSorted(), Object.keys(eventBodies).toSorted());
  for (const [type, steps] of Object.entries(deeds)) {
    await t.test(type, async () => {
      const community = await foundCommunity(server.url, people);
      using open = new DisposableStack();
      const watchers = new Map<Person, Watcher>();
      for (const who of community.everybody) watchers.set(who, open.use(await Watcher.of(who)));
      for (const step of steps) {
        await step(community);
        await requireSnapshotsEqualEvents(community, watchers);
      }
    });
  }
});
