import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';

type OfServer = { server: string; space: string };
type OfStream = { server: string; stream_no: number };
export interface Place {
  epoch: number;
  seq: number;
}

export const findSpaceServer = query<OfServer>()((p) =>
  sql.selectFrom('space_servers').selectAll().where('space', '=', p.space).where('server', '=', p.server),
);
export const serversOfSpace = query<{ space: string }>()((p) =>
  sql.selectFrom('space_servers').selectAll().where('space', '=', p.space).where('members', '>', 0),
);
export const spacesOfServer = query<{ server: string }>()((p) =>
  sql.selectFrom('space_servers').select('space').where('server', '=', p.server).where('members', '>', 0),
);
export const countServerIn = query<OfServer>()((p) =>
  sql
    .insertInto('space_servers')
    .values({ space: p.space, server: p.server, members: 1, until_epoch: null, until_seq: null, moderates: 0 })
    .onConflict((conflict) =>
      conflict.columns(['space', 'server']).doUpdateSet({
        members: sql<number>`space_servers.members + 1`,
        until_epoch: null,
        until_seq: null,
      }),
    ),
);
export const countServerOut = query<OfServer>()((p) =>
  sql
    .updateTable('space_servers')
    .set({ members: sql<number>`members - 1` })
    .where('space', '=', p.space)
    .where('server', '=', p.server)
    .where('members', '>', 0),
);
export const endServer = query<OfServer & Place>()((p) =>
  sql
    .updateTable('space_servers')
    .set({ members: 0, until_epoch: p.epoch, until_seq: p.seq, moderates: 0 })
    .where('space', '=', p.space)
    .where('server', '=', p.server),
);

export const setModerates = query<OfServer & { moderates: number }>()((p) =>
  sql
    .updateTable('space_servers')
    .set({ moderates: p.moderates })
    .where('space', '=', p.space)
    .where('server', '=', p.server),
);

export const streamsOfServer = query<OfServer>()((p) =>
  sql.selectFrom('server_streams').selectAll().where('space', '=', p.space).where('server', '=', p.server),
);
export const findServerStream = query<OfStream>()((p) =>
  sql.selectFrom('server_streams').selectAll().where('server', '=', p.server).where('stream_no', '=', p.stream_no),
);
export const setVisible = query<OfServer & OfStream & { stream: string; visible: number }>()((p) =>
  sql
    .insertInto('server_streams')
    .values({ server: p.server, stream_no: p.stream_no, space: p.space, stream: p.stream, visible: p.visible })
    .onConflict((conflict) => conflict.columns(['server', 'stream_no']).doUpdateSet({ visible: p.visible })),
);
export const everyFollower = query<object>()(() =>
  sql.selectFrom('space_servers').select('server').distinct().where('members', '>', 0),
);
export const visibleOfSpace = query<{ space: string }>()((p) =>
  sql.selectFrom('server_streams').select(['server', 'stream']).where('space', '=', p.space).where('visible', '=', 1),
);
/** Visible channels with their heads. */
export const visibleHeads = query<OfServer>()((p) =>
  sql
    .selectFrom('server_streams')
    .innerJoin('streams', 'streams.no', 'server_streams.stream_no')
    .select(['streams.stream', 'streams.epoch', 'streams.seq', 'streams.hash'])
    .where('server_streams.space', '=', p.space)
    .where('server_streams.server', '=', p.server)
    .where('server_streams.visible', '=', 1),
);

export const openInterval = query<OfStream & Place>()((p) =>
  sql
    .insertInto('hidden_intervals')
    .values({
      server: p.server,
      stream_no: p.stream_no,
      from_epoch: p.epoch,
      from_seq: p.seq,
      until_epoch: null,
      until_seq: null,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
export const closeInterval = query<OfStream & Place>()((p) =>
  sql
    .updateTable('hidden_intervals')
    .set({ until_epoch: p.epoch, until_seq: p.seq })
    .where('server', '=', p.server)
    .where('stream_no', '=', p.stream_no)
    .where('until_epoch', 'is', null),
);
const intervalsOf = query<OfStream>()((p) =>
  sql.selectFrom('hidden_intervals').selectAll().where('server', '=', p.server).where('stream_no', '=', p.stream_no),
);

/** The newest line of a stream, also within the transaction that adds it. */
export const newestLine = query<{ stream_no: number }>()((p) =>
  sql
    .selectFrom('lines')
    .select(['epoch', 'seq'])
    .where('stream_no', '=', p.stream_no)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1),
);

export const isBlockedIn = query<OfServer>()((p) =>
  sql.selectFrom('blocked_servers').select('server').where('space', '=', p.space).where('server', '=', p.server),
);

/** Whether a place is in an interval that was hidden from a server. The first event of an epoch never is. [VIS-3] */
export async function hiddenTest(reader: Reader, of: OfStream): Promise<(place: Place) => boolean> {
  const intervals = await reader.all(intervalsOf, of);
  if (intervals.length === 0) return () => false;
  return (place) =>
    intervals.some(
      ({ from_epoch, from_seq, until_epoch, until_seq }) =>
        isAtOrAfter(place, from_epoch, from_seq) &&
        (until_epoch === null || !isAtOrAfter(place, until_epoch, (until_seq ?? 0) + 1)),
    );
}

export function isAtOrAfter(place: Place, epoch: number, seq: number): boolean {
  return place.epoch > epoch || (place.epoch === epoch && place.seq >= seq);
}
