import { Type } from 'typebox';
import { botGrantFields } from '../bot-grants.ts';
import { SpaceId, UserId } from '../ids.ts';
import { SpaceBot } from '../objects.ts';
import { endpoint } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const Grant = Type.Object(botGrantFields, strict);

export const admitBot = endpoint({
  name: 'admitBot',
  method: 'POST',
  path: '/spaces/{space}/bots',
  tag: 'bots',
  summary: 'Grant a bot by its handle what it may do and see; it then joins by itself',
  clause: 'BOT-5',
  auth: 'session',
  permission: 'space.manage',
  limit: 'manage',
  params: Type.Object({ space: SpaceId }),
  body: Type.Object(
    {
      bot: Type.String({ minLength: 2, maxLength: 300, description: '`echo` or `echo@c.example`' }),
      grant: Grant,
    },
    strict,
  ),
  status: 201,
  answer: SpaceBot,
  refusals: ['not_found', 'missing_permission', 'invalid_body', 'banned', 'limit_reached'],
});

export const listSpaceBots = endpoint({
  name: 'listSpaceBots',
  method: 'GET',
  path: '/spaces/{space}/bots',
  tag: 'bots',
  summary: 'Bots of a community with their grants',
  clause: 'BOT-5',
  auth: 'session',
  permission: 'space.manage',
  limit: 'session',
  params: Type.Object({ space: SpaceId }),
  status: 200,
  answer: Type.Object({ bots: Type.Array(SpaceBot) }, strict),
  refusals: ['not_found', 'missing_permission'],
});

export const changeBotGrant = endpoint({
  name: 'changeBotGrant',
  method: 'PUT',
  path: '/spaces/{space}/bots/{bot}',
  tag: 'bots',
  summary: 'Replace the grant of a bot; it counts at once',
  clause: 'BOT-5',
  auth: 'session',
  permission: 'space.manage',
  limit: 'manage',
  params: Type.Object({ space: SpaceId, bot: UserId }),
  body: Grant,
  status: 200,
  answer: SpaceBot,
  refusals: ['not_found', 'missing_permission', 'invalid_body'],
});

export const revokeBot = endpoint({
  name: 'revokeBot',
  method: 'DELETE',
  path: '/spaces/{space}/bots/{bot}',
  tag: 'bots',
  summary: 'Take back the grant of a bot: it is out at once',
  clause: 'BOT-8',
  auth: 'session',
  permission: 'space.manage',
  limit: 'manage',
  params: Type.Object({ space: SpaceId, bot: UserId }),
  status: 204,
  refusals: ['not_found', 'missing_permission'],
});
