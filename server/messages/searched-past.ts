import { formatPosition, type PositionParts } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { Database, Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { SearchedChannel } from './searched-channels.ts';

export interface PastElsewhere {
  /** So many messages before a place or the end, in so many questions at most. True where there are older ones still. */
  ensureHistory(
    space: string,
    channel: string,
    wanted: { before?: string; limit: number; pages?: number },
  ): Promise<boolean>;
}

interface DeeperParts {
  database: Pick<Database, 'read'>;
  clock: Clock;
  history: PastElsewhere;
}

/** How long older messages are asked for, in ms, and how many of them at once. [SRCH-6] */
const PATIENCE = 4_000;
const STEP = { limit: 300, pages: 3 };

/** Everything after `back` is here; `first` is the first message there. */
interface Gap {
  no: number;
  back: PositionParts;
  first: (PositionParts & { ts: number }) | undefined;
}

const gapsOf = (streams: readonly number[]) =>
  sql
    .selectFrom('streams')
    .select(['no', 'back_epoch', 'back_seq'])
    .where('no', 'in', [...streams])
    .where('back_epoch', 'is not', null);
const firstAfter = query<{ stream_no: number; epoch: number; seq: number }>()((p) =>
  sql
    .selectFrom('messages')
    .select(['epoch', 'seq', 'ts'])
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(epoch, seq) > (${p.epoch}, ${p.seq})`)
    .orderBy('epoch')
    .orderBy('seq')
    .limit(1),
);

async function findGaps(reader: Reader, streams: readonly number[]): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const { no, back_epoch, back_seq } of await reader.select(gapsOf(streams))) {
    const back = { epoch: back_epoch ?? 0, seq: back_seq ?? 0 };
    gaps.push({ no, back, first: await reader.get(firstAfter, { stream_no: no, ...back }) });
  }
  return gaps;
}

/** From when on everything is here that was asked for; null where nothing of it is missing. [SRCH-6] */
export async function backTo(
  reader: Reader,
  streams: readonly number[],
  since: number,
  now: number,
): Promise<number | null> {
  const gaps = await findGaps(reader, streams);
  if (gaps.length === 0) return null;
  const back = Math.max(...gaps.map(({ first }) => first?.ts ?? now));
  return back <= since ? null : back;
}

/** Asks for what is older, always where the least is here, until it was long enough or nothing more comes. [SRCH-6] */
export async function fetchDeeper(
  { database, clock, history }: DeeperParts,
  channels: ReadonlyMap<number, SearchedChannel>,
  since: number,
): Promise<void> {
  const deadline = clock.now() + PATIENCE;
  const left = new Set(channels.keys());
  while (left.size > 0 && clock.now() < deadline) {
    const gaps = await database.read((reader) => findGaps(reader, [...left]));
    const reaches = ({ first }: Gap) => first?.ts ?? Infinity;
    const [next] = gaps.filter((gap) => reaches(gap) > since).sort((one, other) => reaches(other) - reaches(one));
    const at = next && channels.get(next.no);
    if (!at) return;
    const before = next.first ? { before: formatPosition(next.first) } : {};
    await history.ensureHistory(at.space, at.channel, { ...before, ...STEP });
    const [after] = await database.read((reader) => findGaps(reader, [next.no]));
    if (after?.back.epoch === next.back.epoch && after.back.seq === next.back.seq) left.delete(next.no);
  }
}
