import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { ReadState } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

type Marker = { user: string; stream_no: number; epoch: number; seq: number };

const findMarker = query<{ user: string; stream_no: number }>()((p) =>
  sql.selectFrom('read_markers').select(['epoch', 'seq']).where('user', '=', p.user).where('stream_no', '=', p.stream_no),
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
          or([eb('read_markers.epoch', '<', p.epoch), and([eb('read_markers.epoch', '=', p.epoch), eb('read_markers.seq', '<', p.seq)])]),
        ),
    ),
);

const unreadAfter = query<{ stream_no: number; epoch: number; seq: number; limit: number }>()((p) =>
  sql
    .selectFrom('messages')
    .select('seq')
    .where('stream_no', '=', p.stream_no)
    .where(({ eb, or, and }) => or([eb('epoch', '>', p.epoch), and([eb('epoch', '=', p.epoch), eb('seq', '>', p.seq)])]))
    .limit(p.limit),
);

const mentionsAfter = query<{ stream_no: number; target: string; epoch: number; seq: number }>()((p) =>
  sql
    .selectFrom('mentions')
    .select(['epoch', 'seq'])
    .where('stream_no', '=', p.stream_no)
    .where('target', '=', p.target)
    .where(({ eb, or, and }) => or([eb('epoch', '>', p.epoch), and([eb('epoch', '=', p.epoch), eb('seq', '>', p.seq)])])),
);

const textHeads = query<{ space: string }>()((p) =>
  sql.selectFrom('channels').select(['stream_no', 'last_epoch', 'last_seq']).where('space', '=', p.space).where('last_seq', 'is not', null),
);

/** What a member has read in a channel, and how much is new. */
export async function readStateOf(reader: Reader, channel: Tables['channels'], user: string, roles: readonly string[]): Promise<ReadState> {
  const { stream_no, last_epoch, last_seq } = channel;
  if (last_epoch === null || last_seq === null) return { last: null, read: null, unread: 0, mentions: 0 };
  const last = formatPosition({ epoch: last_epoch, seq: last_seq });
  const marker = await reader.get(findMarker, { user, stream_no });
  const read = marker ? formatPosition(marker) : null;
  if (read === last) return { last, read, unread: 0, mentions: 0 };
  const { epoch, seq } = marker ?? { epoch: 0, seq: 0 };
  const unread = (await reader.all(unreadAfter, { stream_no, epoch, seq, limit: limits.unreadShown })).length;
  const mentioned = new Set<string>();
  for (const target of [user, 'everyone', ...roles]) {
    for (const place of await reader.all(mentionsAfter, { stream_no, target, epoch, seq })) mentioned.add(formatPosition(place));
  }
  return { last, read, unread, mentions: mentioned.size };
}

/** What was said before somebody joined is not new to them. */
export async function startMarkersAtHeads(tx: Writer, space: string, user: string): Promise<void> {
  for (const { stream_no, last_epoch, last_seq } of await tx.all(textHeads, { space })) {
    if (last_epoch !== null && last_seq !== null) await tx.run(raiseMarker, { user, stream_no, epoch: last_epoch, seq: last_seq });
  }
}
