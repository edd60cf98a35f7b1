import { setTimeout as wait } from 'node:timers/promises';
import { formatPosition, type PositionParts } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Database, Dialect, Reader } from '../storage/database.ts';
import { sql } from '../storage/query.ts';
import { isAmong } from './search-query.ts';
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
  database: Pick<Database, 'read' | 'dialect'>;
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

interface GapRow extends PositionParts {
  no: number;
  back_epoch: number;
  back_seq: number;
  ts: number | null;
}

/** In one question, because somebody may read a past that is not here in hundreds of channels. */
const gapsOf = (dialect: Dialect, streams: readonly number[]) => sql<GapRow>`
  SELECT s.no, s.back_epoch, s.back_seq, m.epoch, m.seq, m.ts FROM streams AS s
  LEFT JOIN messages AS m ON m.stream_no = s.no AND (m.epoch, m.seq) = (
    SELECT f.epoch, f.seq FROM messages AS f WHERE f.stream_no = s.no AND (f.epoch, f.seq) > (s.back_epoch, s.back_seq)
    ORDER BY f.epoch, f.seq LIMIT 1)
  WHERE s.back_epoch IS NOT NULL AND ${isAmong(dialect, sql`s.no`, streams)}`;

async function findGaps(reader: Reader, dialect: Dialect, streams: readonly number[]): Promise<Gap[]> {
  const rows = await reader.select(gapsOf(dialect, streams));
  return rows.map(({ no, back_epoch, back_seq, epoch, seq, ts }) => ({
    no,
    back: { epoch: back_epoch, seq: back_seq },
    first: ts === null ? undefined : { epoch, seq, ts },
  }));
}

/** From when on everything is here that was asked for; null where nothing of it is missing. [SRCH-6] */
export async function backTo(
  reader: Reader,
  dialect: Dialect,
  streams: readonly number[],
  since: number,
  now: number,
): Promise<number | null> {
  const gaps = await findGaps(reader, dialect, streams);
  if (gaps.length === 0) return null;
  const back = gaps.reduce((latest, { first }) => Math.max(latest, first?.ts ?? now), 0);
  return back <= since ? null : back;
}

/** Asks for what is older, always where the least is here, until it was long enough or nothing more comes. [SRCH-6] */
export async function fetchDeeper(
  { database, history }: DeeperParts,
  channels: ReadonlyMap<number, SearchedChannel>,
  since: number,
): Promise<void> {
  const stop = new AbortController();
  const over = wait(PATIENCE, undefined, { signal: stop.signal }).catch(() => undefined);
  const left = new Set(channels.keys());
  const deadline = performance.now() + PATIENCE;
  try {
    while (left.size > 0 && performance.now() < deadline) {
      const gaps = await database.read((reader) => findGaps(reader, database.dialect, [...left]));
      const reaches = ({ first }: Gap) => first?.ts ?? Infinity;
      const [next] = gaps.filter((gap) => reaches(gap) > since).sort((one, other) => reaches(other) - reaches(one));
      const at = next && channels.get(next.no);
      if (!at) return;
      const before = next.first ? { before: formatPosition(next.first) } : {};
      // A hub that is slow goes on in the background.
      await Promise.race([history.ensureHistory(at.space, at.channel, { ...before, ...STEP }), over]);
      const [after] = await database.read((reader) => findGaps(reader, database.dialect, [next.no]));
      if (after?.back.epoch === next.back.epoch && after.back.seq === next.back.seq) left.delete(next.no);
    }
  } finally {
    stop.abort();
  }
}
