import { checkAlone, checkNext } from '@folkmoot/federation/check-lines.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { hashOf } from '@folkmoot/federation/signing.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Received, StreamKey } from '../../streams/followed-log.ts';
import { findStream } from '../../streams/lines-store.ts';
import { keptLines } from './kept-lines.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

const newestUpTo = query<StreamKey & { epoch: number; seq: number; limit: number }>()((p) =>
  keptLines()
    .select(['lines.epoch', 'lines.seq', 'lines.envelope'])
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .where(sql<boolean>`(lines.epoch, lines.seq) <= (${p.epoch}, ${p.seq})`)
    .orderBy('lines.epoch', 'desc')
    .orderBy('lines.seq', 'desc')
    .limit(p.limit),
);

/** How far back a fork point is looked for where no event says where it is: once, however many epochs were missed. */
const SOUGHT = 2_000;
/** Epochs of the hub that were missed here. */
const EPOCHS = 32;
/** Pages of hidden places between an event that is here and the start of the epoch. */
const HIDDEN_PAGES = 10;
/** Lines of one page, which is the most that a hub gives. */
const PAGE = 200;
const END = { epoch: 999_999_999, seq: 0 };

type Place = { epoch: number; seq: number };

export interface ForkParts {
  hub: string;
  questions: Pick<HubQuestions, 'before' | 'after'>;
  database: Pick<Database, 'read'>;
  keys: PeerKeys;
}

/** How a hub goes on: the newest event here that it still has, or the fork point, and what comes after that. */
export interface Fork {
  from: Cursor;
  lines: Received[];
}

/**
 * Where the hub goes on in a later epoch than `head`. The fork point may be hidden from this homeserver: then the chain from the newest
 * event before it proves the way there. Throws what the questions throw. [STR-24]
 */
export async function findFork(parts: ForkParts, key: StreamKey, head: Cursor): Promise<Fork | undefined> {
  const from = await findForkPoint(parts, key, head);
  return from && linesFrom(parts, key, from);
}

async function findForkPoint(parts: ForkParts, key: StreamKey, head: Cursor): Promise<Cursor | undefined> {
  const { hub, questions, keys } = parts;
  const byHash = newestByHash(parts, key);
  let place: Place = END;
  for (let asked = 0; asked < 2 * EPOCHS; asked++) {
    const text = (await questions.before(hub, key, place, 1)).at(-1);
    const line = text === undefined ? undefined : checkAlone(text, await keys.expected(key, hub, [text], 'new'));
    if (!line?.ok || line.cursor.epoch <= head.epoch || !isBefore(line.cursor, place)) return undefined;
    const { epoch, seq } = line.cursor;
    place = { epoch, seq: seq === 0 ? 0 : 1 };
    if (line.kind === 'hidden' || seq > 0) continue;
    const { prev, type } = line.event.envelope;
    if (prev === undefined || type !== 'epoch.start') continue;
    const { fork } = (line.event.payload?.intent.body ?? {}) as { fork?: unknown };
    const found = isCursor(fork)
      ? fork.hash === prev && (await newestHere(parts, key, fork))
      : (await byHash()).get(prev);
    if (found) return found;
  }
  return undefined;
}

/** The events after that one, up to the first page of the new epoch. */
async function linesFrom({ hub, questions, keys }: ForkParts, key: StreamKey, from: Cursor): Promise<Fork | undefined> {
  const lines: Received[] = [];
  for (let pages = 0; pages < HIDDEN_PAGES; pages++) {
    const last = lines.at(-1)?.cursor ?? from;
    const texts = await questions.after(hub, key, last, PAGE);
    const checked = checkNext(texts, last, await keys.expected(key, hub, texts, 'new'));
    lines.push(...checked.lines);
    if (lines.some(({ cursor }) => cursor.epoch > from.epoch)) return { from, lines };
    if (checked.lines.length === 0) return undefined;
  }
  return undefined;
}

/** The fork point itself where all that is here without gaps is newer. */
async function newestHere({ database }: ForkParts, key: StreamKey, fork: Cursor): Promise<Cursor | undefined> {
  const { stream, line } = await database.read(async (reader) => {
    const [line] = await reader.all(newestUpTo, { ...key, epoch: fork.epoch, seq: fork.seq, limit: 1 });
    return { stream: await reader.get(findStream, key), line };
  });
  const { back_epoch: epoch, back_seq: seq } = stream ?? {};
  const isBegun =
    line !== undefined && (epoch === null || seq === null || isBefore({ epoch: epoch!, seq: seq! }, line));
  return isBegun ? cursorOf(line) : fork;
}

/** Read only where an epoch does not say where it begins. */
function newestByHash({ database }: ForkParts, key: StreamKey): () => Promise<ReadonlyMap<string, Cursor>> {
  let read: Promise<ReadonlyMap<string, Cursor>> | undefined;
  return () =>
    (read ??= database.read(async (reader) => {
      const lines = await reader.all(newestUpTo, { ...key, ...END, limit: SOUGHT });
      return new Map(lines.map(cursorOf).map((cursor) => [cursor.hash, cursor]));
    }));
}

function cursorOf({ epoch, seq, envelope }: Place & { envelope: string }): Cursor {
  return { epoch, seq, hash: hashOf('event', JSON.parse(envelope) as object) };
}

function isCursor(value: unknown): value is Cursor {
  const { epoch, seq, hash } = (value ?? {}) as Partial<Cursor>;
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(seq) && typeof hash === 'string';
}

const isBefore = (a: Place, b: Place) => a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);
