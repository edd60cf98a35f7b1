import { type Static, Type } from 'typebox';
import { Position, SpaceId } from '../ids.ts';
import { peerEndpoint } from './endpoint.ts';
import { Checkpoint, CursorText, EventHash, Place, strict, StreamName } from './values.ts';

/** Lines of a page; it also ends before it would exceed 2 MiB. */
export const LINES_OF_PAGE = 200;
export const BYTES_OF_PAGE = 2 * 1024 * 1024;

const params = Type.Object({ space: SpaceId, stream: StreamName });

export const peerListEvents = peerEndpoint({
  name: 'events',
  method: 'GET',
  path: '/spaces/{space}/streams/{stream}/events',
  clause: 'REP-4',
  params,
  query: Type.Object(
    {
      after: Type.Optional(CursorText),
      before: Type.Optional(Position),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LINES_OF_PAGE })),
    },
    strict,
  ),
  givesLines: true,
});

export const peerGetCheckpoint = peerEndpoint({
  name: 'checkpoint',
  method: 'GET',
  path: '/spaces/{space}/streams/{stream}/checkpoint',
  clause: 'REP-6',
  params,
  answer: Checkpoint,
});

/** First line of a page of state. */
export const StateHeader = Type.Object({
  checkpoint: Checkpoint,
  next: Type.Union([Position, Type.Null()], { description: 'What `after` has to be for the next page' }),
  members: Type.Integer({ minimum: 0, description: 'So many of the lines that follow are of members' }),
});
export type StateHeader = Static<typeof StateHeader>;

export const peerListState = peerEndpoint({
  name: 'state',
  method: 'GET',
  path: '/spaces/{space}/streams/{stream}/state',
  clause: 'REP-7',
  params,
  query: Type.Object({ after: Type.Optional(Position) }, strict),
  answer: StateHeader,
  givesLines: true,
});

export const HEALED_AT_ONCE = 200;

/** Lines that a restored hub has lost. The first request may hold the newest line alone, to learn where the hub is. [HEAL-2] */
export const peerHeal = peerEndpoint({
  name: 'heal',
  method: 'POST',
  path: '/spaces/{space}/streams/{stream}/heal',
  clause: 'HEAL-2',
  params,
  takesLines: true,
  maxBytes: BYTES_OF_PAGE,
  answer: Type.Object({
    head: Type.Union([Type.Object({ ...Place, hash: EventHash }), Type.Null()], {
      description: 'Of the hub now; null where it has nothing of the stream',
    }),
  }),
});
