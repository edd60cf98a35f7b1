import { type Static, Type } from 'typebox';
import { ChannelId, SpaceId, StreamTokenId, Timestamp, UserId } from '../ids.ts';
import { UserSummary } from '../people.ts';
import { endpoint } from './endpoint.ts';

const strict = { additionalProperties: false } as const;

export const StreamToken = Type.Object(
  {
    id: StreamTokenId,
    kind: Type.Union([Type.Literal('send'), Type.Literal('watch')], { description: 'By WHIP, or by WHEP' }),
    user: UserSummary,
    watches: Type.Union([UserId, Type.Null()], { description: '`null`: whoever streams' }),
    created: Timestamp,
    expires: Timestamp,
    open: Type.Integer({ minimum: 0, description: 'How many programs use it now' }),
  },
  { ...strict, $id: 'StreamToken', description: 'Lets programs send into a voice channel, or watch it' },
);
export type StreamToken = Static<typeof StreamToken>;

export const listStreamTokens = endpoint({
  name: 'listStreamTokens',
  method: 'GET',
  path: '/spaces/{space}/channels/{channel}/stream-tokens',
  tag: 'channels',
  summary: 'Tokens of programs that stream: the own ones, with `voice.move` those of all',
  clause: 'VOX-20',
  auth: 'session',
  limit: 'session',
  params: Type.Object({ space: SpaceId, channel: ChannelId }),
  status: 200,
  answer: Type.Object({ tokens: Type.Array(StreamToken) }, strict),
  refusals: ['not_found'],
});

export const revokeStreamToken = endpoint({
  name: 'revokeStreamToken',
  method: 'DELETE',
  path: '/spaces/{space}/channels/{channel}/stream-tokens/{token}',
  tag: 'channels',
  summary: 'Revoke a token of programs that stream: one of the own, with `voice.move` any; what uses it ends',
  clause: 'VOX-20',
  auth: 'session',
  limit: 'manage',
  params: Type.Object({ space: SpaceId, channel: ChannelId, token: StreamTokenId }),
  status: 204,
  refusals: ['not_found', 'missing_permission'],
});
