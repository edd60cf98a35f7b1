import { Type } from 'typebox';
import { ChannelId, IntentId, Position, SpaceId, Timestamp, UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { Emoji, Message, MessageContent, ReadState } from '../objects.ts';
import { UserSummary } from '../people.ts';
import { endpoint, ofOtherHubs } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const inChannel = Type.Object({ space: SpaceId, channel: ChannelId });
const ofMessage = Type.Object({ space: SpaceId, channel: ChannelId, message: Position });

export const sendMessage = endpoint({
  name: 'sendMessage',
  method: 'POST',
  path: '/spaces/{space}/channels/{channel}/messages',
  tag: 'messages',
  summary: 'Send a message; the same `nonce` again gives the same message',
  clause: 'MSG-1',
  auth: 'session',
  permission: 'message.send',
  limit: 'message.send',
  params: inChannel,
  body: Type.Object(
    {
      content: MessageContent,
      reply_to: Type.Optional(Position),
      nonce: Type.Optional(IntentId),
    },
    strict,
  ),
  status: 201,
  answer: Message,
  refusals: [
    ...ofOtherHubs,
    'not_found',
    'missing_permission',
    'timed_out',
    'slow_mode',
    'conflict',
    'rate_limited',
    'storage_full',
    'read_only',
  ],
});

export const listMessages = endpoint({
  name: 'listMessages',
  method: 'GET',
  path: '/spaces/{space}/channels/{channel}/messages',
  tag: 'messages',
  summary: 'A page of history, oldest first: the newest, before, after or around a message',
  clause: 'MSG-2',
  auth: 'session',
  permission: 'message.history',
  limit: 'history',
  params: inChannel,
  query: Type.Object(
    {
      before: Type.Optional(Position),
      after: Type.Optional(Position),
      around: Type.Optional(Position),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageSize })),
    },
    strict,
  ),
  status: 200,
  answer: Type.Object(
    { messages: Type.Array(Message), more_before: Type.Boolean(), more_after: Type.Boolean() },
    strict,
  ),
  refusals: ['not_found', 'missing_permission', 'invalid_query'],
});

export const getMessage = endpoint({
  name: 'getMessage',
  method: 'GET',
  path: '/spaces/{space}/channels/{channel}/messages/{message}',
  tag: 'messages',
  summary: 'One message',
  clause: 'MSG-2',
  auth: 'session',
  permission: 'message.history',
  limit: 'history',
  params: ofMessage,
  status: 200,
  answer: Message,
  refusals: ['not_found', 'missing_permission'],
});

export const searchMessages = endpoint({
  name: 'searchMessages',
  method: 'GET',
  path: '/search/messages',
  tag: 'messages',
  summary: 'Search for messages, newest first; where no space is named, in all',
  clause: 'SRCH-1',
  auth: 'session',
  permission: 'message.history',
  limit: 'search',
  query: Type.Object(
    {
      q: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: limits.searchQueryLength,
          description: `At most ${limits.searchTerms} words; those in double quotes have to stand together`,
        }),
      ),
      space: Type.Optional(SpaceId),
      channel: Type.Optional(ChannelId),
      author: Type.Optional(UserId),
      mentions: Type.Optional(UserId),
      has: Type.Optional(Type.Literal('link')),
      since: Type.Optional(Timestamp),
      until: Type.Optional(Timestamp),
      deeper: Type.Optional(Type.Boolean({ description: 'Fetch more of what is not here yet, first' })),
      after: Type.Optional(Type.String({ maxLength: 256, description: 'The `next` of a page' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.searchPageSize })),
    },
    strict,
  ),
  status: 200,
  answer: Type.Object(
    {
      messages: Type.Array(Message),
      next: Type.Union([Type.String(), Type.Null()]),
      back_to: Type.Union([Timestamp, Type.Null()], {
        description: 'What is older is not here completely, so that it was not searched; null where all was',
      }),
    },
    strict,
  ),
  refusals: ['not_found', 'missing_permission', 'invalid_query', 'busy'],
});

export const editMessage = endpoint({
  name: 'editMessage',
  method: 'PATCH',
  path: '/spaces/{space}/channels/{channel}/messages/{message}',
  tag: 'messages',
  summary: 'Edit an own message',
  clause: 'MSG-3',
  auth: 'session',
  permission: 'message.send',
  limit: 'message.edit',
  params: ofMessage,
  body: Type.Object({ content: MessageContent }, strict),
  status: 200,
  answer: Message,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'forbidden', 'timed_out', 'limit_reached'],
});

export const deleteMessage = endpoint({
  name: 'deleteMessage',
  method: 'DELETE',
  path: '/spaces/{space}/channels/{channel}/messages/{message}',
  tag: 'messages',
  summary: 'Delete a message: its content and its edits are erased for good',
  clause: 'MSG-4',
  auth: 'session',
  limit: 'message.edit',
  params: ofMessage,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission'],
});

const reacted = Type.Object({ ...ofMessage.properties, emoji: Emoji });

export const addReaction = endpoint({
  name: 'addReaction',
  method: 'PUT',
  path: '/spaces/{space}/channels/{channel}/messages/{message}/reactions/{emoji}',
  tag: 'messages',
  summary: 'React with an emoji',
  clause: 'MSG-5',
  auth: 'session',
  permission: 'reaction.add',
  limit: 'reaction',
  params: reacted,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'timed_out', 'bad_emoji', 'limit_reached'],
});

export const removeReaction = endpoint({
  name: 'removeReaction',
  method: 'DELETE',
  path: '/spaces/{space}/channels/{channel}/messages/{message}/reactions/{emoji}',
  tag: 'messages',
  summary: 'Take the own reaction back',
  clause: 'MSG-5',
  auth: 'session',
  limit: 'reaction',
  params: reacted,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found'],
});

export const listReactions = endpoint({
  name: 'listReactions',
  method: 'GET',
  path: '/spaces/{space}/channels/{channel}/messages/{message}/reactions/{emoji}',
  tag: 'messages',
  summary: 'Who reacted with an emoji (the first hundred)',
  clause: 'MSG-5',
  auth: 'session',
  permission: 'message.history',
  limit: 'history',
  params: reacted,
  status: 200,
  answer: Type.Object({ users: Type.Array(UserSummary) }, strict),
  refusals: ['not_found', 'missing_permission'],
});

export const pinMessage = endpoint({
  name: 'pinMessage',
  method: 'PUT',
  path: '/spaces/{space}/channels/{channel}/pins/{message}',
  tag: 'messages',
  summary: 'Pin a message',
  clause: 'MSG-6',
  auth: 'session',
  permission: 'message.manage',
  limit: 'manage',
  params: ofMessage,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission', 'limit_reached'],
});

export const unpinMessage = endpoint({
  name: 'unpinMessage',
  method: 'DELETE',
  path: '/spaces/{space}/channels/{channel}/pins/{message}',
  tag: 'messages',
  summary: 'Unpin a message',
  clause: 'MSG-6',
  auth: 'session',
  permission: 'message.manage',
  limit: 'manage',
  params: ofMessage,
  status: 204,
  refusals: [...ofOtherHubs, 'not_found', 'missing_permission'],
});

export const listPins = endpoint({
  name: 'listPins',
  method: 'GET',
  path: '/spaces/{space}/channels/{channel}/pins',
  tag: 'messages',
  summary: 'Pinned messages, newest pin first',
  clause: 'MSG-6',
  auth: 'session',
  permission: 'message.history',
  limit: 'history',
  params: inChannel,
  status: 200,
  answer: Type.Object({ messages: Type.Array(Message) }, strict),
  refusals: ['not_found', 'missing_permission'],
});

export const markRead = endpoint({
  name: 'markRead',
  method: 'PUT',
  path: '/spaces/{space}/channels/{channel}/read',
  tag: 'messages',
  summary: 'Move the read marker forward; it never moves back',
  clause: 'MSG-7',
  auth: 'session',
  limit: 'read',
  params: inChannel,
  body: Type.Object({ message: Position }, strict),
  status: 200,
  answer: ReadState,
  refusals: ['not_found'],
});

export const startTyping = endpoint({
  name: 'startTyping',
  method: 'POST',
  path: '/spaces/{space}/channels/{channel}/typing',
  tag: 'messages',
  summary: 'Say that one is typing, for the next ten seconds',
  clause: 'MSG-8',
  auth: 'session',
  permission: 'message.send',
  limit: 'typing',
  params: inChannel,
  status: 204,
  refusals: ['not_found', 'missing_permission', 'timed_out'],
});
