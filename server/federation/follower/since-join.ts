import { checkOlder, type End } from '@folkmoot/federation/check-lines.ts';
import { comparePositions, formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Received, StreamKey, StreamStart } from '../../streams/followed-log.ts';
import type { FetchedState } from './fetch-state.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

/** Where people of this homeserver came in: the place in `_` and the time of the first of their joins. */
export interface Entrance {
  position: string;
  ts: number;
}

/** Where a channel begins here: what lies before is the past, and what was said since is news. */
export interface Beginning {
  /** Undefined where the channel was made since, and all of it is news. */
  start: StreamStart | undefined;
  news: Received[];
}

export interface SinceJoinParts {
  hub: string;
  self: string;
  questions: Pick<HubQuestions, 'before'>;
  keys: PeerKeys;
}

const PAGE = 100;
/** Of a busy channel only the newest are news. */
const MOST = 500;

/** What the state of `_` says about when people of this homeserver joined; undefined where none of them did. */
export function entranceOf(self: string, { lines }: Pick<FetchedState, 'lines'>): Entrance | undefined {
  let first: Entrance | undefined;
  for (const line of lines) {
    if (line.kind !== 'event' || line.event.envelope.type !== 'member.join') continue;
    if (line.attribution !== 'verified' || line.event.payload?.intent.home !== self) continue;
    const position = formatPosition(line.cursor);
    if (!first || comparePositions(position, first.position) < 0) first = { position, ts: line.event.envelope.ts };
  }
  return first;
}

/**
 * A hub shows somebody as a member before their homeserver has read the space. What is said to them meanwhile lies before the state that is
 * read, and is fetched from there back to where they joined. [FOL-14]
 */
export async function beginningOf(
  { hub, questions, keys }: SinceJoinParts,
  { key, checkpoint }: Pick<FetchedState, 'key' | 'checkpoint'>,
  entrance: Entrance | undefined,
): Promise<Beginning> {
  const atOnce = { start: checkpoint, news: [] };
  if (!entrance || checkpoint.ts < entrance.ts) return atOnce;
  const lines: Received[] = [];
  let back: End = checkpoint;
  while (lines.length < MOST) {
    const page = await pageBefore({ hub, questions, keys }, key, back);
    const [first] = page;
    if (!first) return atOnce;
    lines.unshift(...page);
    const last = lines.findLastIndex((line) => isBeforeJoin(line, entrance));
    if (last >= 0) return cutAt(lines, last, checkpoint.ts);
    const { epoch, seq } = first.cursor;
    if (epoch === 1 && seq === 0) return first.kind === 'event' ? { start: undefined, news: lines } : atOnce;
    back = { epoch, seq: seq - 1, hash: (first.kind === 'event' && first.event.envelope.prev) || null };
  }
  return cutAt(lines, 0, checkpoint.ts);
}

/** A channel that comes into view has a past, unless it was made since a place in `_`: then all of it is news. */
export async function beginningOfNew(
  parts: SinceJoinParts,
  state: Pick<FetchedState, 'key' | 'checkpoint'>,
  since: string | undefined,
): Promise<Beginning> {
  const { checkpoint } = state;
  const atOnce = { start: checkpoint, news: [] };
  if (since === undefined || checkpoint.epoch > 1 || checkpoint.seq >= MOST) return atOnce;
  const beginning = await beginningOf(parts, state, { position: since, ts: 0 });
  return beginning.start === undefined ? beginning : atOnce;
}

async function pageBefore(
  { hub, questions, keys }: Omit<SinceJoinParts, 'self'>,
  key: StreamKey,
  back: End,
): Promise<Received[]> {
  const texts = await questions.before(hub, key, { epoch: back.epoch, seq: back.seq + 1 }, PAGE);
  // What is wrong with a page is found again, and kept, when the past is read.
  return checkOlder(texts, back, await keys.expected(key, hub, texts, 'new')).lines;
}

/** `auth` says what the hub had decided in `_` when this happened. [STR-12] */
function isBeforeJoin(line: Received, { position }: Entrance): boolean {
  const auth = line.kind === 'event' ? line.event.envelope.auth : undefined;
  return auth !== undefined && comparePositions(auth, position) < 0;
}

function cutAt(lines: readonly Received[], last: number, now: number): Beginning {
  const at = lines[last]!;
  const ts = at.kind === 'event' ? at.event.envelope.ts : now;
  return { start: { ...at.cursor, ts }, news: lines.slice(last + 1) };
}
