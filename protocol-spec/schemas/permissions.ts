import { type Static, Type } from 'typebox';
import { OverrideTarget } from './ids.ts';

/** Every permission, in the order in which an editor lists them. [PERM-1] */
export const permissions = {
  'space.manage': {
    group: 'community',
    channel: false,
    title: 'Manage community',
    help: 'Change name and description',
  },
  'role.manage': {
    group: 'community',
    channel: false,
    title: 'Manage roles',
    help: 'Create, change and give roles below their own',
  },
  'channel.manage': {
    group: 'community',
    channel: true,
    title: 'Manage channels',
    help: 'Create, change, order and delete channels',
  },
  'audit.view': { group: 'community', channel: false, title: 'View audit log', help: 'See who changed what' },
  'invite.create': { group: 'community', channel: false, title: 'Create invites', help: 'Make invite links' },
  'invite.manage': { group: 'community', channel: false, title: 'Manage invites', help: 'See and revoke all invites' },
  'nick.change': {
    group: 'community',
    channel: false,
    title: 'Change own nick name',
    help: 'Choose how one is called here',
  },
  'nick.manage': {
    group: 'moderation',
    channel: false,
    title: 'Manage nick names',
    help: 'Change the nick names of others',
  },
  'member.timeout': {
    group: 'moderation',
    channel: false,
    title: 'Time out members',
    help: 'Stop somebody from writing for a while',
  },
  'member.kick': {
    group: 'moderation',
    channel: false,
    title: 'Kick members',
    help: 'Remove somebody, who may come back by invite',
  },
  'member.ban': { group: 'moderation', channel: false, title: 'Ban members', help: 'Remove somebody for good' },
  'channel.view': {
    group: 'text',
    channel: true,
    title: 'View channel',
    help: 'See the channel and what is written now',
  },
  'message.history': { group: 'text', channel: true, title: 'Read history', help: 'Read what was written before' },
  'message.send': { group: 'text', channel: true, title: 'Send messages', help: 'Write in the channel' },
  'reaction.add': { group: 'text', channel: true, title: 'Add reactions', help: 'React with emoji' },
  'mention.everyone': {
    group: 'text',
    channel: true,
    title: 'Mention everyone',
    help: 'Notify all, or roles that are not open to mentions',
  },
  'message.manage': {
    group: 'moderation',
    channel: true,
    title: 'Manage messages',
    help: 'Delete messages of others, remove reactions, pin, ignore slow mode',
  },
  'voice.connect': {
    group: 'voice',
    channel: true,
    title: 'Connect',
    help: 'Go into voice channels and listen',
  },
  'voice.speak': { group: 'voice', channel: true, title: 'Speak', help: 'Be heard' },
  'voice.video': { group: 'voice', channel: true, title: 'Video', help: 'Turn a camera on' },
  'voice.screen': {
    group: 'voice',
    channel: true,
    title: 'Share screen',
    help: 'Show a screen or a window, with its sound',
  },
  'voice.priority': {
    group: 'voice',
    channel: true,
    title: 'Priority speaker',
    help: 'Turn others down while speaking; always be heard in large rooms; go in where it is full',
  },
  'voice.mute': {
    group: 'voice',
    channel: true,
    title: 'Mute others',
    help: 'Mute and deafen others',
  },
  'voice.move': {
    group: 'voice',
    channel: true,
    title: 'Move others',
    help: 'Move others to another voice channel, or send them out',
  },
  administrator: {
    group: 'community',
    channel: false,
    title: 'Administrator',
    help: 'All permissions, in all channels',
  },
} as const satisfies Record<string, { group: string; channel: boolean; title: string; help: string }>;

export type Permission = keyof typeof permissions;
export const permissionNames = Object.keys(permissions) as Permission[];

export const Permission = Type.Union(permissionNames.map((name) => Type.Literal(name))) as unknown as ReturnType<
  typeof Type.Unsafe<Permission>
>;
export const Permissions = Type.Array(Permission, { uniqueItems: true, maxItems: permissionNames.length });

export const Override = Type.Object(
  { target: OverrideTarget, allow: Permissions, deny: Permissions },
  { additionalProperties: false, $id: 'Override', description: 'What a channel changes for a role or a member' },
);
export type Override = Static<typeof Override>;

export const defaultPermissions: Permission[] = [
  'channel.view',
  'message.history',
  'message.send',
  'reaction.add',
  'invite.create',
  'nick.change',
  'voice.connect',
  'voice.speak',
  'voice.video',
  'voice.screen',
];

/** What everybody in a direct message or group has, whatever its roles say. [DM-3] */
export const directVoicePermissions = [
  'voice.connect',
  'voice.speak',
  'voice.video',
  'voice.screen',
] as const satisfies readonly Permission[];

/** All that anybody may do in a direct message or group, whatever their roles say. [DM-3] */
export const directPermissions: Record<'dm' | 'group', readonly Permission[]> = {
  dm: ['channel.view', 'message.history', 'message.send', 'reaction.add', ...directVoicePermissions, 'invite.create'],
  group: [
    'channel.view',
    'message.history',
    'message.send',
    'reaction.add',
    ...directVoicePermissions,
    'invite.create',
    'space.manage',
    'member.kick',
  ],
};

/** As people read it; undefined for a name of a later version. [VER-3] */
export const titleOfPermission = (name: unknown): string | undefined =>
  typeof name === 'string' && Object.hasOwn(permissions, name) ? permissions[name as Permission].title : undefined;
