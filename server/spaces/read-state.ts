import { formatPosition, type PositionParts } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { ReadState } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

type Marker = { user: string; stream_no: number; epoch: number; seq: number };

const findMarker = query<{ user: string; stream_no: number }>()((p) =>
  sql
    .selectFrom('read_markers')
    .select(['epoch', 'seq'])
    .where('user', '=', p.user)
    .where('stream_no', '=', p.stream_no),
);

/** Moves a marker forward; a place before it changes nothing. [MSG-7] */
export const raiseMarker = query<Marker>()((p) =>
  sql
    .insertInto('read_markers')
    .values({ user: p.user, stream_no: p.stream_no, epoch: p.epoch, seq: p.seq })
    .onConflict((conflict) =>
      conflict
        .columns(['user', 'stream_no'])
        .doUpdateSet({ epoch: p.epoch, seq: p.seq })
        .where(({ eb, or, and }) =>
          or([
            eb('read_markers.epoch', '<', p.epoch),
            and([eb('read_markers.epoch', '=', p.epoch), eb('read_markers.seq', '<', p.seq)]),
          ]),
        ),
    ),
);

/** Of a message that was erased before it came here: nobody was told of it. */
const neverSeen = '';

const unreadAfter = query<{ stream_no: number; epoch: number; seq: number; limit: number }>()((p) =>
  sql
    .selectFrom('messages')
    .select('seq')
    .where('stream_no', '=', p.stream_no)
    .where('intent', '!=', neverSeen)
    .where(sql<boolean>`(epoch, seq) > (${p.epoch}, ${p.seq})`)
    .limit(p.limit),
);

const mentionsAfter = query<{ stream_no: number; target: string; epoch: number; seq: number }>()((p) =>
  sql
    .selectFrom('mentions')
    .select(['epoch', 'seq'])
    .where('stream_no', '=', p.stream_no)
    .where('target', '=', p.target)
    .where(sql<boolean>`(epoch, seq) > (${p.epoch}, ${p.seq})`),
);

const newest = query<{ stream_no: number }>()((p) =>
  sql
    .selectFrom('messages')
    .select(['epoch', 'seq'])
    .where('stream_no', '=', p.stream_no)
    .where('intent', '!=', neverSeen)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1),
);

/** Place of the newest message of a channel, deleted or not. */
export function newestMessage(reader: Reader, streamNo: number): Promise<PositionParts | undefined> {
  return reader.get(newest, { stream_no: streamNo });
}

/** Where a channel and the reader of it are. */
interface Places {
  last: PositionParts | undefined;
  read: PositionParts | undefined;
}

const newestOf = (column: 'epoch' | 'seq') =>
  sql<
    number | null
  >`(select ${sql.ref(column)} from messages where messages.stream_no = channels.stream_no and messages.intent != '' order by epoch desc, seq desc limit 1)`;
const placesInSpace = query<{ space: string; user: string }>()((p) =>
  sql
    .selectFrom('channels')
    .leftJoin('read_markers', (join) =>
      join.onRef('read_markers.stream_no', '=', 'channels.stream_no').on('read_markers.user', '=', p.user),
    )
    .select(['channels.stream_no', 'read_markers.epoch', 'read_markers.seq'])
    .select([newestOf('epoch').as('last_epoch'), newestOf('seq').as('last_seq')])
    .where('channels.space', '=', p.space),
);

/** Places of all channels of a space by stream, in one query, because whoever opens asks for all of them. */
export async function placesOf(reader: Reader, space: string, user: string): Promise<Map<number, Places>> {
  const rows = await reader.all(placesInSpace, { space, user });
  return new Map(
    rows.map((row) => [
      row.stream_no,
      { last: placeOf(row.last_epoch, row.last_seq), read: placeOf(row.epoch, row.seq) },
    ]),
  );
}

const placeOf = (epoch: number | null, seq: number | null) =>
  epoch === null || seq === null ? undefined : { epoch, seq };

/** What a member has read in a channel, and how much is new. */
export async function readStateOf(
  reader: Reader,
  { stream_no }: Tables['channels'],
  user: string,
  roles: readonly string[],
): Promise<ReadState> {
  const last = await newestMessage(reader, stream_no);
  const read = await reader.get(findMarker, { user, stream_no });
  return readStateAt(reader, stream_no, { last, read }, user, roles);
}

/** The same for a reader who does not get the messages of some authors. [REL-6] */
export async function readStateHiding(
  reader: Reader,
  stream_no: number,
  user: string,
  hidden: ReadonlySet<string>,
): Promise<ReadState> {
  const shown = sql
    .selectFrom('messages')
    .where('stream_no', '=', stream_no)
    .where('author', 'not in', [...hidden]);
  const [newestShown] = await reader.select(
    shown.select(['epoch', 'seq']).orderBy('epoch', 'desc').orderBy('seq', 'desc').limit(1),
  );
  if (!newestShown) return { last: null, read: null, unread: 0, mentions: 0 };
  const marker = await reader.get(findMarker, { user, stream_no });
  const { epoch, seq } = marker ?? { epoch: 0, seq: 0 };
  const unread = await reader.select(
    shown
      .select(['epoch', 'seq', 'mentions'])
      .where(sql<boolean>`(epoch, seq) > (${epoch}, ${seq})`)
      .limit(limits.unreadShown),
  );
  return {
    last: formatPosition(newestShown),
    read: marker ? formatPosition(marker) : null,
    unread: unread.length,
    mentions: unread.filter(({ mentions }) => mentions.includes(`"${user}"`)).length,
  };
}

export async function readStateAt(
  reader: Reader,
  stream_no: number,
  places: Places,
  user: string,
  roles: readonly string[],
): Promise<ReadState> {
  const read = places.read ? formatPosition(places.read) : null;
  if (!places.last) return { last: null, read, unread: 0, mentions: 0 };
  const last = formatPosition(places.last);
  if (read === last) return { last, read, unread: 0, mentions: 0 };
  const { epoch, seq } = places.read ?? { epoch: 0, seq: 0 };
  const unread = (await reader.all(unreadAfter, { stream_no, epoch, seq, limit: limits.unreadShown })).length;
  const mentioned = new Set<string>();
  for (const target of [user, 'everyone', ...roles]) {
    for (const place of await reader.all(mentionsAfter, { stream_no, target, epoch, seq }))
      mentioned.add(formatPosition(place));
  }
  return { last, read, unread, mentions: mentioned.size };
}

/** What was said before somebody joined is not new to them. */
export async function startMarkersAtHeads(tx: Writer, space: string, user: string): Promise<void> {
  for (const [stream_no, { last }] of await placesOf(tx, space, user)) {
    if (last) await tx.run(raiseMarker, { user, stream_no, ...last });
  }
}

const markLocalMembers = query<{ space: string; stream_no: number }>()((p) =>
  sql
    .insertInto('read_markers')
    .columns(['user', 'stream_no', 'epoch', 'seq'])
    .expression(
      sql
        .selectFrom('members')
        .innerJoin('spaces', 'spaces.id', 'members.space')
        .innerJoin('streams', (join) => join.on('streams.no', '=', p.stream_no))
        .select(['members.user', 'streams.no', 'streams.epoch', 'streams.seq'])
        .where('members.space', '=', p.space)
        .where('spaces.kind', '=', 'community')
        .where('members.home', 'is', null),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

/** Nothing in a channel of a community that has come into view with a past of its own is new to those who are here. */
export async function startMarkersAtHead(tx: Writer, space: string, streamNo: number): Promise<void> {
  await tx.run(markLocalMembers, { space, stream_no: streamNo });
}
