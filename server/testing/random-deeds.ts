import * as channels from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Permission, permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import fc from 'fast-check';
import { opens } from './community.ts';
import type { Person } from './people.ts';

/** One thing that somebody tries in a space; whether they may is for the homeserver to say. */
export interface RandomDeed {
  who: number;
  what: keyof typeof attempts;
  whom: number;
  pick: number;
  few: number;
}

interface Scene {
  actor: Person;
  owner: Person;
  target: Person;
  /** As the owner sees it now. */
  space: Space;
  pick: number;
  few: number;
}

const noChannel = `c_${'a'.repeat(26)}`;
const chosen = <T>(items: readonly T[], pick: number): T => items[pick % items.length]!;
const bits = (few: number): Permission[] =>
  permissionNames.filter((name, bit) => name !== 'administrator' && (few >> bit) & 1);
const channelOf = ({ space, pick }: Scene) => ({
  space: space.id,
  channel: chosen<{ id: string } | undefined>(space.channels, pick)?.id ?? noChannel,
});
const roleOf = ({ space, pick }: Scene) => ({ space: space.id, role: chosen(space.roles, pick).id });
const memberOf = ({ space, target }: Scene) => ({ space: space.id, user: target.account.id });
const anyMessage = async (scene: Scene): Promise<{ space: string; channel: string; message: string }> => {
  const params = channelOf(scene);
  if (params.channel === noChannel) return { ...params, message: '1.1' };
  const page = await scene.owner.client.call(messages.listMessages, { params, query: { limit: 100 } });
  return { ...params, message: (chosen<Message | undefined>(page.messages, scene.few) ?? { id: '1.1' }).id };
};
const emoji = ({ few }: Scene) => chosen(['👍', '🎉', '🦊'], few);
const textOf = ({ few, target, space, pick }: Scene) =>
  chosen(['plain', `for <@${target.account.id}>`, '@everyone', `to <@&${chosen(space.roles, pick).id}>`], few);

const attempts = {
  say: (s: Scene) => s.actor.client.call(messages.sendMessage, { params: channelOf(s), body: { content: textOf(s) } }),
  edit: async (s: Scene) =>
    s.actor.client.call(messages.editMessage, {
      params: await anyMessage(s),
      body: { content: `edited ${textOf(s)}` },
    }),
  erase: async (s: Scene) => s.actor.client.call(messages.deleteMessage, { params: await anyMessage(s) }),
  react: async (s: Scene) =>
    s.actor.client.call(messages.addReaction, { params: { ...(await anyMessage(s)), emoji: emoji(s) } }),
  takeBack: async (s: Scene) =>
    s.actor.client.call(messages.removeReaction, { params: { ...(await anyMessage(s)), emoji: emoji(s) } }),
  pin: async (s: Scene) => s.actor.client.call(messages.pinMessage, { params: await anyMessage(s) }),
  unpin: async (s: Scene) => s.actor.client.call(messages.unpinMessage, { params: await anyMessage(s) }),
  read: async (s: Scene) => {
    const { message, ...params } = await anyMessage(s);
    return s.actor.client.call(messages.markRead, { params, body: { message } });
  },
  createRole: (s: Scene) =>
    s.actor.client.call(roles.createRole, {
      params: { space: s.space.id },
      body: {
        name: `role ${s.few}`,
        rank: s.pick % 60,
        permissions: bits(s.few),
        hoist: s.few % 2 === 0,
        mentionable: s.pick % 2 === 0,
      },
    }),
  changeRole: (s: Scene) =>
    s.actor.client.call(roles.updateRole, {
      params: roleOf(s),
      body: s.few % 3 === 0 ? { rank: s.few % 60 } : { permissions: bits(s.few) },
    }),
  deleteRole: (s: Scene) => s.actor.client.call(roles.deleteRole, { params: roleOf(s) }),
  giveRole: (s: Scene) => s.actor.client.call(roles.giveRole, { params: { ...roleOf(s), user: s.target.account.id } }),
  takeRole: (s: Scene) => s.actor.client.call(roles.takeRole, { params: { ...roleOf(s), user: s.target.account.id } }),
  createChannel: (s: Scene) =>
    s.actor.client.call(channels.createChannel, {
      params: { space: s.space.id },
      body: {
        kind: s.few % 4 === 0 ? 'voice' : 'text',
        name: `channel ${s.few}`,
        order: s.pick % 7,
        private: s.few % 3 === 0,
      },
    }),
  changeChannel: (s: Scene) =>
    s.actor.client.call(channels.updateChannel, {
      params: channelOf(s),
      body: { topic: `topic ${s.few}`, order: s.few % 7 },
    }),
  deleteChannel: (s: Scene) => s.actor.client.call(channels.deleteChannel, { params: channelOf(s) }),
  override: (s: Scene) => {
    const target = s.few % 2 === 0 ? s.target.account.id : chosen(s.space.roles, s.few).id;
    return s.actor.client.call(channels.setOverride, {
      params: { ...channelOf(s), target },
      body: { allow: bits(s.few), deny: bits(s.few >> 3) },
    });
  },
  hide: (s: Scene) =>
    s.actor.client.call(channels.setOverride, {
      params: { ...channelOf(s), target: 'everyone' },
      body: { allow: [], deny: ['channel.view'] },
    }),
  removeOverride: (s: Scene) =>
    s.actor.client.call(channels.removeOverride, {
      params: { ...channelOf(s), target: s.few % 2 === 0 ? s.target.account.id : 'everyone' },
    }),
  nick: (s: Scene) =>
    s.actor.client.call(members.updateMember, {
      params: memberOf(s),
      body: { nick: s.few % 3 === 0 ? null : `nick ${s.few}` },
    }),
  listing: (s: Scene) =>
    s.actor.client.call(members.updateMember, {
      params: { space: s.space.id, user: s.actor.account.id },
      body: { unlisted: s.few % 2 === 0, ...(s.few % 5 === 0 ? { nick: `nick ${s.few}` } : {}) },
    }),
  timeOut: (s: Scene) =>
    s.actor.client.call(members.timeOutMember, {
      params: memberOf(s),
      body: { until: s.few % 2 === 0 ? null : Date.now() + 3_600_000 },
    }),
  kick: (s: Scene) => s.actor.client.call(members.kickMember, { params: memberOf(s), body: {} }),
  ban: (s: Scene) =>
    s.actor.client.call(members.banUser, { params: memberOf(s), body: s.few % 2 === 0 ? { purge_seconds: 600 } : {} }),
  unban: (s: Scene) => s.actor.client.call(members.unbanUser, { params: memberOf(s) }),
  leave: (s: Scene) => s.actor.client.call(spaces.leaveSpace, { params: { space: s.space.id } }),
  rename: (s: Scene) =>
    s.actor.client.call(spaces.updateSpace, { params: { space: s.space.id }, body: { name: `name ${s.few}` } }),
  join: async (s: Scene) => {
    const { code } = await s.owner.client.call(createInvite, {
      params: { space: s.space.id },
      body: s.few % 3 === 0 && roleOf(s).role !== 'everyone' ? { role: roleOf(s).role } : {},
    });
    return s.actor.client.call(joinByInvite, { params: { code }, body: s.few % 2 === 0 ? { unlisted: true } : {} });
  },
};

const often = (Object.keys(attempts) as (keyof typeof attempts)[]).flatMap((what) =>
  ['say', 'join', 'giveRole', 'read'].includes(what) ? [what, what, what] : [what],
);

export const randomDeed: fc.Arbitrary<RandomDeed> = fc.record({
  who: fc.nat(3),
  what: fc.constantFrom(...often),
  whom: fc.nat(3),
  pick: fc.nat(1_000),
  few: fc.nat(0xffff),
});

/** People of a space try something; the first of them is its owner. */
export async function attempt(
  { who, what, whom, pick, few }: RandomDeed,
  people: readonly Person[],
  space: Space,
): Promise<unknown> {
  const owner = people[0]!;
  return attempts[what]({
    actor: chosen(people, who),
    owner,
    target: chosen(people, whom),
    space: await opens(owner, space),
    pick,
    few,
  });
}
