import type { Permission } from '@folkmoot/protocol-spec/schemas/permissions.ts';

interface TemplateChannel {
  kind: 'text' | 'voice';
  name: string;
  topic?: string;
  /** Roles that may see it; everybody where left out. */
  only?: readonly string[];
  /** Roles that may write in it; everybody where left out. */
  readOnly?: readonly string[];
}

interface Template {
  roles: readonly { name: string; color: number; rank: number; permissions: readonly Permission[]; hoist: boolean }[];
  /** A category may be for some roles only, like the channels in it. */
  categories: readonly { name: string | null; only?: readonly string[]; channels: readonly TemplateChannel[] }[];
}

const moderator = {
  name: 'Moderator',
  color: 0xd98f4e,
  rank: 50,
  permissions: [
    'message.manage',
    'member.timeout',
    'member.kick',
    'member.ban',
    'nick.manage',
    'invite.manage',
    'audit.view',
    'mention.everyone',
    'voice.mute',
    'voice.move',
  ],
  hoist: true,
} as const satisfies Template['roles'][number];

export type TemplateName = 'empty' | 'friends' | 'community' | 'project';

/** Starting sets of channels and roles. */
export const templates: Record<TemplateName, Template> = {
  empty: { roles: [], categories: [{ name: null, channels: [{ kind: 'text', name: 'general' }] }] },
  friends: {
    roles: [],
    categories: [
      {
        name: null,
        channels: [
          { kind: 'text', name: 'general', topic: 'Anything and everything' },
          { kind: 'text', name: 'plans', topic: 'When, where, who brings what' },
          { kind: 'voice', name: 'Hangout' },
        ],
      },
    ],
  },
  community: {
    roles: [moderator],
    categories: [
      {
        name: 'Welcome',
        channels: [
          { kind: 'text', name: 'rules', topic: 'Read this first', readOnly: ['Moderator'] },
          { kind: 'text', name: 'announcements', topic: 'News of the community', readOnly: ['Moderator'] },
        ],
      },
      {
        name: 'Talk',
        channels: [
          { kind: 'text', name: 'general', topic: 'Anything and everything' },
          { kind: 'text', name: 'introductions', topic: 'Say who you are' },
          { kind: 'voice', name: 'Lounge' },
        ],
      },
      { name: 'Staff', only: ['Moderator'], channels: [{ kind: 'text', name: 'moderators', only: ['Moderator'] }] },
    ],
  },
  project: {
    roles: [{ ...moderator, name: 'Maintainer', permissions: [...moderator.permissions, 'channel.manage'] }],
    categories: [
      {
        name: null,
        channels: [{ kind: 'text', name: 'announcements', topic: 'Releases and decisions', readOnly: ['Maintainer'] }],
      },
      {
        name: 'Work',
        channels: [
          { kind: 'text', name: 'general' },
          { kind: 'text', name: 'help', topic: 'Ask here; say what you tried' },
          { kind: 'text', name: 'development' },
          { kind: 'voice', name: 'Meeting' },
        ],
      },
    ],
  },
};
