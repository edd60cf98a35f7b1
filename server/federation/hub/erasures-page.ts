import type { Erasure } from '@folkmoot/protocol-spec/schemas/federation/erasures.ts';
import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import { lastPosition } from '../../streams/lines-store.ts';

const AT_ONCE = 200;

/** In the words of the index `lines_erasing`. */
const isErasing = sql<boolean>`type in ('message.delete', 'channel.delete', 'space.delete')`;

/** Deletions in channels that a server could see at some time. */
const deletionsAfter = query<{ server: string; pos: number; limit: number }>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('server_streams', 'server_streams.stream_no', 'lines.stream_no')
    .select(['lines.pos', 'lines.type', 'lines.envelope', 'server_streams.space', 'server_streams.stream'])
    .where('server_streams.server', '=', p.server)
    .where('lines.pos', '>', p.pos)
    .where(isErasing)
    .where('lines.type', '!=', 'space.delete')
    .orderBy('lines.pos')
    .limit(p.limit),
);
/** Spaces that were deleted with all their channels. */
const endsAfter = query<{ server: string; pos: number; limit: number }>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .innerJoin('server_streams', 'server_streams.space', 'streams.space')
    .select(['lines.pos', 'lines.type', 'lines.envelope', 'server_streams.space', 'server_streams.stream'])
    .where('server_streams.server', '=', p.server)
    .where('streams.stream', '=', '_')
    .where('lines.pos', '>', p.pos)
    .where(isErasing)
    .where('lines.type', '=', 'space.delete')
    .orderBy('lines.pos')
    .limit(p.limit),
);

/** What a server has to erase, in the order in which it was erased here; it may have come to be hidden from it. [REP-9] */
export async function erasuresPage(
  reader: Reader,
  server: string,
  after: number,
): Promise<{ erasures: Erasure[]; next: number; more: boolean }> {
  const head = Number((await reader.get(lastPosition, {}))?.pos ?? 0);
  const question = { server, pos: after, limit: AT_ONCE };
  const deleted = await reader.all(deletionsAfter, question);
  const ended = await reader.all(endsAfter, { ...question, limit: 1_000 });
  const full = deleted.length === AT_ONCE;
  const until = full ? deleted.at(-1)!.pos : Math.max(head, after);
  const rows = [...deleted, ...ended.filter(({ pos }) => pos <= until)].sort((a, b) => a.pos - b.pos);
  const erasures = rows.map(({ type, envelope, space, stream }) => ({
    space,
    stream: stream as Erasure['stream'],
    erased: type === 'message.delete' ? refsOf(envelope) : ('all' as const),
  }));
  return { erasures, next: until, more: full };
}

const refsOf = (envelope: string) => (JSON.parse(envelope) as { ref?: string[] }).ref ?? [];
