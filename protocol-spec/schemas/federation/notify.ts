import { type Static, Type } from 'typebox';
import { peerEndpoint } from './endpoint.ts';
import { strict, StreamHeads } from './values.ts';

/** Heads by space and stream: there is something to be asked for. Losing it does no harm. [LIVE-8] */
export const Notice = Type.Object(
  { spaces: Type.Record(Type.String({ pattern: '^s_[a-z2-7]{32}$' }), StreamHeads) },
  strict,
);
export type Notice = Static<typeof Notice>;

export const peerNotify = peerEndpoint({
  name: 'notify',
  method: 'POST',
  path: '/notify',
  clause: 'LIVE-8',
  body: Notice,
  maxBytes: 256 * 1024,
  answer: Type.Object({}),
});
