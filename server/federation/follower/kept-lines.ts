import { sql } from '../../storage/query.ts';

/** Lines of streams that are part of them still: the hub did not lose them and go on without. */
export const keptLines = () =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .leftJoin('orphans', (join) =>
      join
        .onRef('orphans.stream_no', '=', 'lines.stream_no')
        .onRef('orphans.epoch', '=', 'lines.epoch')
        .onRef('orphans.seq', '=', 'lines.seq'),
    )
    .where('orphans.seq', 'is', null);
