import { type Static, Type } from 'typebox';
import { peerEndpoint } from './endpoint.ts';
import { SpaceId } from '../ids.ts';
import { CursorText, strict, StreamName } from './values.ts';

export const NOTICED_SPACES = 500;

/** Heads of streams: there is something to be asked for. Losing it does no harm. [LIVE-8] */
export const Notice = Type.Object(
  {
    spaces: Type.Array(
      Type.Object(
        {
          space: SpaceId,
          heads: Type.Array(Type.Object({ stream: StreamName, head: CursorText }, strict), { maxItems: 1_000 }),
        },
        strict,
      ),
      { maxItems: NOTICED_SPACES },
    ),
  },
  strict,
);
export type Notice = Static<typeof Notice>;

export const peerNotify = peerEndpoint({
  name: 'notify',
  method: 'POST',
  path: '/notify',
  clause: 'LIVE-8',
  body: Notice,
  maxBytes: 1024 * 1024,
  answer: Type.Object({}),
});
