import { type Static, Type } from 'typebox';
import { Handle, InviteCode, ServerName, SpaceId, Timestamp, UserId } from '../ids.ts';
import { limits } from '../limits.ts';
import { Status } from '../people.ts';
import { peerEndpoint } from './endpoint.ts';
import { strict } from './values.ts';

export const peopleLimits = {
  watchedUsers: 1_000,
  watchers: 100,
  items: 100,
  profiles: 20,
  /** For how long a watch lasts that is not renewed, and so for how long a homeserver that is gone leaves its users online. */
  watchMs: 120_000,
  renewMs: 45_000,
  /** Changes of this time travel together. */
  coalesceMs: 1_000,
  /** For how long something is kept for a homeserver that does not take it. */
  keptMs: 7 * 86_400_000,
  /** For how long a letter is known again that was taken: longer than its sender keeps it. */
  rememberedMs: 14 * 86_400_000,
  /** And how many of the newest of one homeserver. */
  remembered: 20_000,
} as const;

const v = Type.Literal(1);
const Identity = Type.Record(Type.String(), Type.Unknown(), { description: 'Identity document of the user' });
const DisplayName = Type.String({ minLength: 1, maxLength: limits.nameLength });
/** Random; the same again is the same letter. */
const LetterId = Type.String({ pattern: '^i_[a-z2-7]{26}$' });

/** Who a user is, as its home says. Members may be added. */
export const PeerProfile = Type.Object({
  identity: Identity,
  display_name: DisplayName,
  bio: Type.String({ maxLength: limits.bioLength }),
  pronouns: Type.String({ maxLength: 40 }),
  created: Timestamp,
});
export type PeerProfile = Static<typeof PeerProfile>;

/** As much of a user as somebody may know who has not agreed to know more: no free text, no picture. */
export const PeerSender = Type.Object({ identity: Identity, display_name: DisplayName }, strict);
export type PeerSender = Static<typeof PeerSender>;

export const peerQueryUser = peerEndpoint({
  name: 'user query',
  method: 'POST',
  path: '/users/query',
  clause: 'PPL-2',
  body: Type.Object({ v, handle: Handle, from: UserId }, strict),
  maxBytes: 1_024,
  answer: Type.Object({ v, user: PeerProfile }),
});

export const peerGetUser = peerEndpoint({
  name: 'user',
  method: 'GET',
  path: '/users/{user}',
  clause: 'PPL-3',
  params: Type.Object({ user: UserId }),
  answer: Type.Object({ v, user: PeerProfile }),
});

export const RelationshipLetter = Type.Object(
  {
    v,
    id: LetterId,
    from: PeerSender,
    to: UserId,
    message: Type.Union([
      Type.Literal('request'),
      Type.Literal('accept'),
      Type.Literal('decline'),
      Type.Literal('cancel'),
      Type.Literal('remove'),
    ]),
  },
  strict,
);
export type RelationshipLetter = Static<typeof RelationshipLetter>;

export const InviteLetter = Type.Object(
  {
    v,
    id: LetterId,
    from: PeerSender,
    to: UserId,
    kind: Type.Union([Type.Literal('dm'), Type.Literal('group')]),
    space: SpaceId,
    hub: ServerName,
    code: InviteCode,
  },
  strict,
);
export type InviteLetter = Static<typeof InviteLetter>;

export const ProfilesLetter = Type.Object(
  {
    v,
    id: LetterId,
    profiles: Type.Array(PeerProfile, { maxItems: peopleLimits.profiles }),
    deleted: Type.Array(UserId, { maxItems: peopleLimits.profiles }),
  },
  strict,
);
export type ProfilesLetter = Static<typeof ProfilesLetter>;

const Taken = Type.Object({ v });

export const peerRelate = peerEndpoint({
  name: 'relationship',
  method: 'POST',
  path: '/relationships',
  clause: 'PPL-5',
  body: RelationshipLetter,
  maxBytes: 8 * 1_024,
  status: 202,
  answer: Taken,
});

export const peerInvite = peerEndpoint({
  name: 'direct invite',
  method: 'POST',
  path: '/invites',
  clause: 'PPL-6',
  body: InviteLetter,
  maxBytes: 8 * 1_024,
  status: 202,
  answer: Taken,
});

export const peerProfiles = peerEndpoint({
  name: 'profiles',
  method: 'POST',
  path: '/profiles',
  clause: 'PPL-7',
  body: ProfilesLetter,
  maxBytes: 128 * 1_024,
  status: 202,
  answer: Taken,
});

/** Whose presence users of the asking server have in view. */
export const PeerWatch = Type.Object(
  { user: UserId, by: Type.Array(UserId, { minItems: 1, maxItems: peopleLimits.watchers }) },
  strict,
);
export type PeerWatch = Static<typeof PeerWatch>;

/** `to`: the users of the receiving server who may see it. */
export const PeerPresence = Type.Object({
  user: UserId,
  status: Status,
  text: Type.String({ maxLength: limits.statusTextLength }),
  to: Type.Array(UserId, { maxItems: peopleLimits.watchers }),
});
export type PeerPresence = Static<typeof PeerPresence>;

export const peerWatchPresence = peerEndpoint({
  name: 'presence watch',
  method: 'POST',
  path: '/presence/watch',
  clause: 'PPL-9',
  body: Type.Object({ v, watch: Type.Array(PeerWatch, { maxItems: peopleLimits.watchedUsers }) }, strict),
  maxBytes: 1024 * 1_024,
  answer: Type.Object({ v, presences: Type.Array(PeerPresence, { maxItems: peopleLimits.watchedUsers }) }),
});

export const peerEphemeral = peerEndpoint({
  name: 'ephemeral',
  method: 'POST',
  path: '/ephemeral',
  clause: 'PPL-10',
  body: Type.Object({ v, presences: Type.Array(PeerPresence, { maxItems: peopleLimits.items }) }, strict),
  maxBytes: 256 * 1_024,
  status: 202,
  answer: Taken,
});
