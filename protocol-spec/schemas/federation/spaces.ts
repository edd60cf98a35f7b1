import { type Static, Type } from 'typebox';
import { ServerName, SpaceId, Timestamp, UserId } from '../ids.ts';
import { SpaceKind } from '../objects.ts';
import { peerEndpoint } from './endpoint.ts';
import { EventHash, Place, StreamName } from './values.ts';

/** A space as a server with members in it sees it. Members may be added. */
export const PeerSpace = Type.Object({
  v: Type.Literal(1),
  space: SpaceId,
  profile: Type.Object({
    kind: SpaceKind,
    name: Type.String({ maxLength: 1_000 }),
    description: Type.String({ maxLength: 10_000 }),
    owner: UserId,
    hub: ServerName,
    created: Timestamp,
  }),
  member_count: Type.Integer({ minimum: 0 }),
  with_unlisted: Type.Optional(
    Type.Literal(true, { description: 'Whether unlisted members are shown to this server, too' }),
  ),
  genesis: Type.String({ maxLength: 98_304, description: 'The first line of `_`' }),
  streams: Type.Array(Type.Object({ stream: StreamName, ...Place, hash: EventHash }), { maxItems: 1_000 }),
});
export type PeerSpace = Static<typeof PeerSpace>;

export const peerGetSpace = peerEndpoint({
  name: 'space',
  method: 'GET',
  path: '/spaces/{space}',
  clause: 'REP-3',
  params: Type.Object({ space: SpaceId }),
  answer: PeerSpace,
});
