import { type Static, Type } from 'typebox';
import { SpaceId, UserId } from '../ids.ts';
import { peerEndpoint } from './endpoint.ts';
import { Checkpoint, strict } from './values.ts';

export const MEMBERS_AT_ONCE = 100;

/** First line of a page of members. */
export const MembersHeader = Type.Object({
  checkpoint: Checkpoint,
  next: Type.Union([UserId, Type.Null()], { description: 'What `after` has to be for the next page' }),
});
export type MembersHeader = Static<typeof MembersHeader>;

export const peerListMembers = peerEndpoint({
  name: 'members',
  method: 'GET',
  path: '/spaces/{space}/members',
  clause: 'REP-8',
  params: Type.Object({ space: SpaceId }),
  query: Type.Object(
    {
      after: Type.Optional(UserId),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MEMBERS_AT_ONCE })),
      users: Type.Optional(
        Type.String({
          maxLength: MEMBERS_AT_ONCE * 35,
          pattern: '^u_[a-z2-7]{32}(,u_[a-z2-7]{32})*$',
          description: 'These instead of a page, also some that were members once',
        }),
      ),
    },
    strict,
  ),
  answer: MembersHeader,
  givesLines: true,
});
