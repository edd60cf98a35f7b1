import { type Static, Type } from 'typebox';
import { InviteCode, InviteId, ServerName, SpaceId, Timestamp } from '../ids.ts';
import { SpaceKind } from '../objects.ts';
import { peerEndpoint } from './endpoint.ts';

/** What an invite leads to. Members may be added. */
export const PeerInvitePreview = Type.Object({
  v: Type.Literal(1),
  invite: InviteId,
  space: Type.Object({
    id: SpaceId,
    kind: SpaceKind,
    name: Type.String({ maxLength: 1_000 }),
    description: Type.String({ maxLength: 10_000 }),
    member_count: Type.Integer({ minimum: 0 }),
    hub: ServerName,
  }),
  inviter: Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()]),
  expires: Type.Union([Timestamp, Type.Null()]),
});
export type PeerInvitePreview = Static<typeof PeerInvitePreview>;

export const peerPreviewInvite = peerEndpoint({
  name: 'invite preview',
  method: 'GET',
  path: '/invites/{code}',
  clause: 'REP-1',
  params: Type.Object({ code: InviteCode }),
  answer: PeerInvitePreview,
});
