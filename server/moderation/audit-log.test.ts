import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import * as servers from '@folkmoot/protocol-spec/schemas/client/blocked-servers.ts';
import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, revokeInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { revokeBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { type EventType, eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import type { AuditEntry } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { admits, botOf } from '../testing/bots.ts';
import {
  type Community,
  foundCommunity,
  fourPeople,
  gives,
  newChannel,
  newRole,
  refused,
} from '../testing/community.ts';
import type { Person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

interface Expected {
  actor: Person;
  target: string | null;
  reason?: string;
  changes?: object;
}

type Deed = (community: Community) => Promise<Expected>;

const inSpace = ({ space }: Community) => ({ space: space.id });
const of = (community: Community, who: Person) => ({ ...inSpace(community), user: who.account.id });
const reason = 'for the record';

const blocked = 'blocked.example';

/** A bot that was let in, before it has joined. */
async function newBot({ owner, space }: Community): Promise<string> {
  const { id, handle } = (await botOf(owner, `b${randomBytes(6).toString('hex')}`)).account;
  await admits(owner, space, handle!);
  return id;
}

/** What an admin does, and what the entry about it says. */
const deeds: Partial<Record<EventType, Deed>> = {
  'space.update': async (c) => {
    await c.owner.client.call(spaces.updateSpace, { params: inSpace(c), body: { name: 'Renamed' } });
    return { actor: c.owner, target: null, changes: { name: 'Renamed' } };
  },
  'role.create': async (c) => ({
    actor: c.owner,
    target: (await newRole(c.owner, c.space, { name: 'Fresh', rank: 4 })).id,
  }),
  'role.update': async (c) => {
    const { id: role } = await newRole(c.owner, c.space, { name: 'Old' });
    await c.owner.client.call(roles.updateRole, { params: { ...inSpace(c), role }, body: { name: 'New' } });
    return { actor: c.owner, target: role, changes: { name: 'New' } };
  },
  'role.delete': async (c) => {
    const { id: role } = await newRole(c.owner, c.space, { name: 'Doomed' });
    await c.owner.client.call(roles.deleteRole, { params: { ...inSpace(c), role } });
    return { actor: c.owner, target: role };
  },
  'member.roles': async (c) => {
    const role = await newRole(c.owner, c.space, { name: 'Given' });
    await gives(c.owner, c.space, role, c.member);
    return { actor: c.owner, target: c.member.account.id, changes: { add: [role.id], remove: [] } };
  },
  'member.update': async (c) => {
    await c.moderator.client.call(members.updateMember, { params: of(c, c.member), body: { nick: 'Tidied' } });
    return { actor: c.moderator, target: c.member.account.id, changes: { nick: 'Tidied' } };
  },
  'member.timeout': async (c) => {
    const until = Date.now() + 60_000;
    await c.moderator.client.call(members.timeOutMember, { params: of(c, c.member), body: { until, reason } });
    return { actor: c.moderator, target: c.member.account.id, reason, changes: { until } };
  },
  'member.kick': async (c) => {
    await c.moderator.client.call(members.kickMember, { params: of(c, c.member), body: { reason } });
    return { actor: c.moderator, target: c.member.account.id, reason };
  },
  'member.ban': async (c) => {
    await c.moderator.client.call(members.banUser, { params: of(c, c.member), body: { reason } });
    return { actor: c.moderator, target: c.member.account.id, reason };
  },
  'member.unban': async (c) => {
    await c.moderator.client.call(members.banUser, { params: of(c, c.member), body: {} });
    await c.moderator.client.call(members.unbanUser, { params: of(c, c.member) });
    return { actor: c.moderator, target: c.member.account.id };
  },
  'channel.create': async (c) => ({ actor: c.owner, target: (await newChannel(c.owner, c.space, 'fresh')).id }),
  'channel.update': async (c) => {
    await c.owner.client.call(channels.updateChannel, { params: c.talk, body: { topic: 'Topic' } });
    return { actor: c.owner, target: c.talk.channel, changes: { topic: 'Topic' } };
  },
  'channel.delete': async (c) => {
    await c.owner.client.call(channels.deleteChannel, { params: c.talk });
    return { actor: c.owner, target: c.talk.channel };
  },
  'invite.create': async (c) => {
    const { invite } = await c.member.client.call(createInvite, { params: inSpace(c), body: { max_uses: 3 } });
    return { actor: c.member, target: invite.id };
  },
  'invite.revoke': async (c) => {
    const { invite } = await c.member.client.call(createInvite, { params: inSpace(c), body: {} });
    await c.owner.client.call(revokeInvite, { params: { ...inSpace(c), invite: invite.id } });
    return { actor: c.owner, target: invite.id };
  },
  'message.delete': async (c) => {
    const { id: message } = await c.member.says(c.space, 'unspeakable words');
    await c.moderator.client.call(messages.deleteMessage, { params: { ...c.talk, message } });
    return { actor: c.moderator, target: c.member.account.id };
  },
  'bot.grant': async (c) => {
    const bot = await newBot(c);
    return { actor: c.owner, target: bot };
  },
  'bot.revoke': async (c) => {
    const bot = await newBot(c);
    await c.owner.client.call(revokeBot, { params: { ...inSpace(c), bot } });
    return { actor: c.owner, target: bot };
  },
  'server.block': async (c) => {
    await c.owner.client.call(servers.blockServer, { params: { ...inSpace(c), server: blocked }, body: { reason } });
    return { actor: c.owner, target: blocked, reason, changes: { members: 0 } };
  },
  'server.unblock': async (c) => {
    await c.owner.client.call(servers.blockServer, { params: { ...inSpace(c), server: blocked }, body: {} });
    await c.owner.client.call(servers.unblockServer, { params: { ...inSpace(c), server: blocked } });
    return { actor: c.owner, target: blocked };
  },
  'pin.add': async (c) => {
    const { id: message } = await c.member.says(c.space, 'unspeakable words');
    await c.moderator.client.call(messages.pinMessage, { params: { ...c.talk, message } });
    return { actor: c.moderator, target: message };
  },
  'pin.remove': async (c) => {
    const { id: message } = await c.member.says(c.space, 'unspeakable words');
    await c.moderator.client.call(messages.pinMessage, { params: { ...c.talk, message } });
    await c.moderator.client.call(messages.unpinMessage, { params: { ...c.talk, message } });
    return { actor: c.moderator, target: message };
  },
};

/** Of these there is no entry, or nobody left to read it. */
const quiet: EventType[] = [
  'space.create',
  'space.delete',
  'member.join',
  'member.leave',
  'message.create',
  'message.update',
  'reaction.add',
  'reaction.remove',
  'server.key',
  'hub.key',
  'epoch.start',
];

/** They need somebody in voice: server/voice/moderation.test.ts. */
const inVoice: EventType[] = ['voice.mute', 'voice.move', 'voice.disconnect'];

async function entries(reader: Person, community: Community, query: object = {}): Promise<AuditEntry[]> {
  return (await reader.client.call(members.listAudit, { params: inSpace(community), query: { limit: 100, ...query } }))
    .entries;
}

test('[MOD-4] the audit log says who did what to whom, and why, for every administrative event', async (t) => {
  await using server = await startHomeserver();
  const people = await fourPeople(server.url);
  assert.deepEqual([...Object.keys(deeds), ...quiet, ...inVoice].toSorted(), Object.keys(eventBodies).toSorted());
  for (const [type, deed] of Object.entries(deeds)) {
    await t.test(type, async () => {
      const community = await foundCommunity(server.url, people);
      const { actor, target, reason: why = null, changes } = await deed(community);
      const [entry] = await entries(community.owner, community);
      assert.deepEqual(
        [entry?.type, entry?.actor.id, entry?.target, entry?.reason],
        [type, actor.account.id, target, why],
      );
      if (target && target !== blocked && !/^(n_|\d)/.test(target))
        assert.ok(entry?.target_name, 'without the name of what it was done to');
      for (const [name, value] of Object.entries(changes ?? {})) assert.deepEqual(entry?.changes[name], value);
      assert.ok(
        !JSON.stringify(await entries(community.owner, community)).includes('unspeakable'),
        'it holds what was said',
      );
    });
  }
});

test('[MOD-4] filters and pages give every entry once, newest first, to those who may see them', async () => {
  await using server = await startHomeserver();
  const community = await foundCommunity(server.url);
  const { owner, moderator, member, space } = community;
  for (let n = 0; n < 6; n++) await newRole(owner, space, { name: `role ${n}` });
  await moderator.client.call(members.kickMember, { params: of(community, member), body: { reason } });
  const all = await entries(moderator, community);
  const times = all.map(({ ts }) => ts);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  const paged: AuditEntry[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: { entries: AuditEntry[]; next: string | null } = await owner.client.call(members.listAudit, {
      params: inSpace(community),
      query: { limit: 3, ...(after ? { after } : {}) },
    });
    paged.push(...page.entries);
    after = page.next;
  }
  assert.deepEqual(paged, all);
  assert.deepEqual(
    await entries(owner, community, { type: 'role.create' }),
    all.filter(({ type }) => type === 'role.create'),
  );
  assert.deepEqual(
    await entries(owner, community, { actor: moderator.account.id }),
    all.filter(({ actor }) => actor.id === moderator.account.id),
  );
  assert.deepEqual(
    await entries(owner, community, { target: member.account.id }),
    all.filter(({ target }) => target === member.account.id),
  );
  await owner.invites(space, member);
  assert.equal(await refused(entries(member, community)), 'missing_permission');
});
