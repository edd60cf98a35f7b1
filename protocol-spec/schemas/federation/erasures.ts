import { type Static, Type } from 'typebox';
import { Position, SpaceId } from '../ids.ts';
import { peerEndpoint } from './endpoint.ts';
import { strict, StreamName } from './values.ts';

/** What was erased in streams of which this server was given something. */
export const Erasure = Type.Object({
  space: SpaceId,
  stream: StreamName,
  erased: Type.Union([Type.Array(Position, { maxItems: 1_000 }), Type.Literal('all')], {
    description: '`all`: every payload but that of the deletion itself',
  }),
});
export type Erasure = Static<typeof Erasure>;

export const peerListErasures = peerEndpoint({
  name: 'erasures',
  method: 'GET',
  path: '/erasures',
  clause: 'REP-9',
  query: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }, strict),
  answer: Type.Object({
    erasures: Type.Array(Erasure, { maxItems: 1_000 }),
    next: Type.Integer({ minimum: 0, description: 'What `after` has to be the next time' }),
    more: Type.Boolean({ description: 'Whether there is more at once' }),
  }),
});
