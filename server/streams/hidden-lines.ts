import { query, sql } from '../storage/query.ts';

type OfStream = { stream_no: number };
type Place = OfStream & { epoch: number; seq: number };
/** A user; or a homeserver, where a line is about the home of one. */
type OfUser = OfStream & { user: string };

export const hideLine = query<Place & { user: string }>()((p) =>
  sql
    .insertInto('hidden_lines')
    .values({ stream_no: p.stream_no, epoch: p.epoch, seq: p.seq, user: p.user })
    .onConflict((conflict) => conflict.doNothing()),
);
export const showLinesAbout = query<OfUser>()((p) =>
  sql.deleteFrom('hidden_lines').where('stream_no', '=', p.stream_no).where('user', '=', p.user),
);
/** Spaces in which some line is hidden. */
export const spacesWithHiddenLines = query<object>()(() =>
  sql
    .selectFrom('hidden_lines')
    .innerJoin('streams', 'streams.no', 'hidden_lines.stream_no')
    .select('streams.space')
    .distinct(),
);
