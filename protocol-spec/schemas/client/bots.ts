import { Type } from 'typebox';
import { Handle, SessionId, Timestamp, UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { User } from '../people.ts';
import { endpoint } from './endpoint.ts';

const strict = { additionalProperties: false } as const;
const OfBot = Type.Object({ bot: UserId });
const displayName = Type.String({ minLength: 1, maxLength: limits.nameLength, pattern: '\\S' });
const tokenName = Type.String({ maxLength: limits.nameLength, description: 'What it is for, shown in the list' });

export const BotToken = Type.Object(
  {
    id: SessionId,
    name: Type.String(),
    created: Timestamp,
    last_used: Type.Union([Timestamp, Type.Null()], { description: 'To the minute' }),
  },
  { ...strict, $id: 'BotToken' },
);

export const createBot = endpoint({
  name: 'createBot',
  method: 'POST',
  path: '/bots',
  tag: 'bots',
  summary: 'Make a bot account that one answers for',
  clause: 'BOT-1',
  auth: 'session',
  limit: 'bot.create',
  body: Type.Object({ handle: Handle, display_name: Type.Optional(displayName) }, strict),
  status: 201,
  answer: User,
  refusals: ['bad_handle', 'handle_taken', 'limit_reached'],
});

export const listBots = endpoint({
  name: 'listBots',
  method: 'GET',
  path: '/bots',
  tag: 'bots',
  summary: 'The own bots',
  clause: 'BOT-1',
  auth: 'session',
  limit: 'session',
  status: 200,
  answer: Type.Object({ bots: Type.Array(User) }, strict),
  refusals: [],
});

export const updateBot = endpoint({
  name: 'updateBot',
  method: 'PATCH',
  path: '/bots/{bot}',
  tag: 'bots',
  summary: 'Change the profile of an own bot',
  clause: 'BOT-1',
  auth: 'session',
  limit: 'profile',
  params: OfBot,
  body: Type.Partial(
    Type.Object(
      { handle: Handle, display_name: displayName, bio: Type.String({ maxLength: limits.bioLength }) },
      strict,
    ),
    { ...strict, minProperties: 1 },
  ),
  status: 200,
  answer: User,
  refusals: ['not_found', 'bad_handle', 'handle_taken'],
});

export const deleteBot = endpoint({
  name: 'deleteBot',
  method: 'DELETE',
  path: '/bots/{bot}',
  tag: 'bots',
  summary: 'Delete an own bot: it leaves all communities, and its tokens are dead',
  clause: 'BOT-1',
  auth: 'session',
  limit: 'manage',
  params: OfBot,
  status: 204,
  refusals: ['not_found'],
});

export const createBotToken = endpoint({
  name: 'createBotToken',
  method: 'POST',
  path: '/bots/{bot}/tokens',
  tag: 'bots',
  summary: 'Make a token for an own bot; it is shown this once',
  clause: 'BOT-2',
  auth: 'session',
  limit: 'bot.create',
  params: OfBot,
  body: Type.Object({ name: Type.Optional(tokenName) }, strict),
  status: 201,
  answer: Type.Object(
    { token: Type.String({ description: '`fm_b_…`, sent as `Authorization: Bearer`' }), ...BotToken.properties },
    strict,
  ),
  refusals: ['not_found', 'limit_reached'],
});

export const listBotTokens = endpoint({
  name: 'listBotTokens',
  method: 'GET',
  path: '/bots/{bot}/tokens',
  tag: 'bots',
  summary: 'Tokens of an own bot, without the tokens themselves',
  clause: 'BOT-2',
  auth: 'session',
  limit: 'session',
  params: OfBot,
  status: 200,
  answer: Type.Object({ tokens: Type.Array(BotToken) }, strict),
  refusals: ['not_found'],
});

export const revokeBotToken = endpoint({
  name: 'revokeBotToken',
  method: 'DELETE',
  path: '/bots/{bot}/tokens/{token}',
  tag: 'bots',
  summary: 'Revoke a token; its sockets close at once',
  clause: 'BOT-2',
  auth: 'session',
  limit: 'manage',
  params: Type.Object({ bot: UserId, token: SessionId }),
  status: 204,
  refusals: ['not_found'],
});
