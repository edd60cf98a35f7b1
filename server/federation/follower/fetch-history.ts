import { checkOlder, type End } from '@folkmoot/federation/check-lines.ts';
import type { Stop } from '@folkmoot/federation/chain.ts';
import {
  formatPosition,
  type PositionParts,
  positionOf,
  comparePositions,
} from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Database, Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Committer } from '../../streams/committer.ts';
import type { FollowedLog, Received, StreamKey } from '../../streams/followed-log.ts';
import type { FillMembers } from './fill-members.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

const backOf = query<StreamKey>()((p) =>
  sql
    .selectFrom('streams')
    .select(['no', 'back_epoch', 'back_seq', 'back_hash'])
    .where('space', '=', p.space)
    .where('stream', '=', p.stream),
);
const messagesBelow = query<{ stream_no: number; epoch: number; seq: number; limit: number }>()((p) =>
  sql
    .selectFrom('messages')
    .select(['epoch', 'seq'])
    .where('stream_no', '=', p.stream_no)
    .where('deleted', '=', 0)
    .where(sql<boolean>`(epoch, seq) < (${p.epoch}, ${p.seq})`)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(p.limit),
);

/** What somebody is about to read: so many messages before a place, or before the end. */
export interface WantedHistory {
  before?: string;
  /** −1 where only all after the place is wanted. */
  limit: number;
  /** At most so many pages are asked for. */
  pages?: number;
}

export interface FetchHistoryParts {
  hub: string;
  questions: Pick<HubQuestions, 'before'>;
  keys: PeerKeys;
  members: FillMembers;
  spaceLog: Pick<FollowedLog, 'receiveOlder'>;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  stop(stop: Stop & { line: string }): Promise<void>;
}

const END: PositionParts = { epoch: 999_999_999, seq: 0 };
/** Lines that are asked for at once, and pages for one reader. */
const PAGE = 100;
const PAGES = 40;

/** Fetches pages of the past until what is wanted is here. True where there is more beyond it. Throws what the question throws. */
export async function fetchHistory(parts: FetchHistoryParts, key: StreamKey, wanted: WantedHistory): Promise<boolean> {
  for (let page = 0; page < (wanted.pages ?? PAGES); page++) {
    const back = await parts.database.read((reader) => missing(reader, key, wanted));
    if (back === undefined) return false;
    if (back === 'enough') return true;
    if (!(await fetchPage(parts, key, back))) return true;
  }
  return true;
}

/** The newest place that is not here; `enough` where what is wanted lies after it. */
async function missing(
  reader: Reader,
  key: StreamKey,
  { before, limit }: WantedHistory,
): Promise<End | 'enough' | undefined> {
  const row = await reader.get(backOf, key);
  if (!row || row.back_epoch === null || row.back_seq === null) return undefined;
  const back = { epoch: row.back_epoch, seq: row.back_seq, hash: row.back_hash };
  const place = before === undefined ? END : positionOf(before);
  if (comparePositions(formatPosition(place), formatPosition(back)) <= 0) return back;
  const here = await reader.all(messagesBelow, { stream_no: row.no, ...place, limit: limit + 1 });
  const connected = here.filter((at) => comparePositions(formatPosition(at), formatPosition(back)) > 0);
  return connected.length > limit ? 'enough' : back;
}

/** False where the hub gave nothing that can be used. */
async function fetchPage(parts: FetchHistoryParts, key: StreamKey, back: End): Promise<boolean> {
  const { hub, questions, keys, members, spaceLog, committer } = parts;
  const texts = await questions.before(hub, key, { epoch: back.epoch, seq: back.seq + 1 }, PAGE);
  if (texts.length === 0) return false;
  const { lines, stop } = checkOlder(texts, back, await keys.expected(key, hub, texts, 'past'));
  if (stop) {
    await parts.stop(stop);
    return false;
  }
  await members.know(authorsOf(lines)).catch(() => undefined);
  await committer.commit((tx) => spaceLog.receiveOlder(tx, key, lines));
  return true;
}

export function authorsOf(lines: readonly Received[]): Set<string> {
  const authors = new Set<string>();
  for (const line of lines)
    if (line.kind === 'event' && line.event.payload && line.attribution !== 'unattributed')
      authors.add(line.event.payload.intent.actor);
  return authors;
}
