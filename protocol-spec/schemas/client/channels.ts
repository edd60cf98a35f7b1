import { Type } from 'typebox';
import { ChannelId, OverrideTarget, SpaceId } from '../ids.ts';
import { Channel, ChannelKind, ChannelName, Topic, UserLimit, VoiceBitrate } from '../objects.ts';
import { Permissions } from '../permissions.ts';
import { endpoint, ofOtherHubs } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const params = Type.Object({ space: SpaceId, channel: ChannelId });
const fields = {
  name: ChannelName,
  topic: Topic,
  parent: Channel.properties.parent,
  order: Channel.properties.order,
  slow_mode: Channel.properties.slow_mode,
  bitrate: Type.Optional(Type.Union([VoiceBitrate, Type.Null()])),
  user_limit: Type.Optional(Type.Union([UserLimit, Type.Null()])),
};

export const createChannel = endpoint({
  name: 'createChannel',
  method: 'POST',
  path: '/spaces/{space}/channels',
  tag: 'channels',
  summary: 'Create a text channel, voice channel or category',
  clause: 'CHN-1',
  auth: 'session',
  permission: 'channel.manage',
  limit: 'manage',
  params: Type.Object({ space: SpaceId }),
  body: Type.Object(
    {
      kind: ChannelKind,
      name: ChannelName,
      topic: Type.Optional(Topic),
      parent: Type.Optional(fields.parent),
      order: Type.Optional(fields.order),
      slow_mode: Type.Optional(fields.slow_mode),
      bitrate: fields.bitrate,
      user_limit: fields.user_limit,
      private: Type.Optional(
        Type.Boolean({ description: 'Hidden from everyone but the creator, until overrides say more' }),
      ),
    },
    strict,
  ),
  status: 201,
  answer: Channel,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'limit_reached'],
});

export const updateChannel = endpoint({
  name: 'updateChannel',
  method: 'PATCH',
  path: '/spaces/{space}/channels/{channel}',
  tag: 'channels',
  summary: 'Change name, topic, place, slow mode, or sound and size of a voice channel',
  clause: 'CHN-2',
  auth: 'session',
  permission: 'channel.manage',
  limit: 'manage',
  params,
  body: Type.Partial(Type.Object(fields, strict), { ...strict, minProperties: 1 }),
  status: 200,
  answer: Channel,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission'],
});

export const deleteChannel = endpoint({
  name: 'deleteChannel',
  method: 'DELETE',
  path: '/spaces/{space}/channels/{channel}',
  tag: 'channels',
  summary: 'Delete a channel and erase what was written in it',
  clause: 'CHN-3',
  auth: 'session',
  permission: 'channel.manage',
  limit: 'manage',
  params,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission'],
});

const target = Type.Object({ space: SpaceId, channel: ChannelId, target: OverrideTarget });

export const setOverride = endpoint({
  name: 'setOverride',
  method: 'PUT',
  path: '/spaces/{space}/channels/{channel}/overrides/{target}',
  tag: 'channels',
  summary: 'Set what this channel allows or denies a role or a member',
  clause: 'CHN-4',
  auth: 'session',
  permission: 'channel.manage',
  limit: 'manage',
  params: target,
  body: Type.Object({ allow: Permissions, deny: Permissions }, strict),
  status: 200,
  answer: Channel,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low', 'limit_reached'],
});

export const removeOverride = endpoint({
  name: 'removeOverride',
  method: 'DELETE',
  path: '/spaces/{space}/channels/{channel}/overrides/{target}',
  tag: 'channels',
  summary: 'Remove an override',
  clause: 'CHN-4',
  auth: 'session',
  permission: 'channel.manage',
  limit: 'manage',
  params: target,
  status: 200,
  answer: Channel,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'rank_too_low'],
});
