import { lineText } from '@folkmoot/federation/envelope.ts';
import { ChannelId, SpaceId } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { Type } from 'typebox';
import { findStream, linesOfStream, streamsOfSpace } from '../streams/lines-store.ts';
import { requireSpace } from './find-space.ts';
import { OperationError, reads } from './operation.ts';
import { Limit, strict } from './schemas.ts';

/** After this many characters a page ends, whatever its limit is; there is always one line in it. */
const PAGE_CHARACTERS = 2 ** 20;

/** The streams of a community and their heads, all of one moment. */
export const listStreams = reads(
  Type.Object({ space: Type.String({ minLength: 1, maxLength: 300 }) }, strict),
  async ({ database, clock, ownKeys, federation, config }, input) => {
    // With it what was signed before and after a rotation verifies offline. [KEY-8]
    const own = await ownKeys.kept();
    const found = await database.read(async (reader) => {
      const { id: space, name, hub } = await requireSpace(reader, input.space);
      const rows = await reader.all(streamsOfSpace, { space });
      const streams = rows.map(({ stream, epoch, seq, hash }) => ({ stream, epoch, seq, hash }));
      return { space, name, hub, now: clock.now(), streams };
    });
    const followed = found.hub !== config.server_name;
    const document = followed ? (await federation?.peers.find(found.hub))?.document : own;
    return { ...found, followed, key_document: document ?? null };
  },
);

/** Lines of one stream after a place, as they were signed; an empty page is the end. */
export const readLines = reads(
  Type.Object(
    {
      space: SpaceId,
      stream: Type.Union([Type.Literal('_'), ChannelId]),
      after: Type.Union([Type.Object({ epoch: Type.Integer(), seq: Type.Integer() }, strict), Type.Null()]),
      limit: Limit,
    },
    strict,
  ),
  async ({ database }, { space, stream, after, limit }) =>
    database.read(async (reader) => {
      const head = await reader.get(findStream, { space, stream });
      if (!head) throw new OperationError('not_found', `The community ${space} has no stream ${stream}.`);
      const { epoch, seq } = after ?? { epoch: 0, seq: 0 };
      const lines: string[] = [];
      let characters = 0;
      for (const row of await reader.all(linesOfStream, { stream_no: head.no, epoch, seq, limit })) {
        const line = lineText(row.envelope, row.payload);
        characters += line.length;
        if (lines.length > 0 && characters > PAGE_CHARACTERS) break;
        lines.push(line);
      }
      return { lines };
    }),
);
