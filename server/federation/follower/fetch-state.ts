import { createHash, type Hash } from 'node:crypto';
import { checkAlone } from '@folkmoot/federation/check-lines.ts';
import type { Stop } from '@folkmoot/federation/chain.ts';
import type { Received, StreamKey, StreamStart } from '../../streams/followed-log.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions, StatePage } from './ports.ts';

/** The state of a stream, checked: what a stream begins with, and the pages after that. */
export interface FetchedState {
  key: StreamKey;
  checkpoint: StreamStart;
  lines: Received[];
  more: Received[][];
}

/** A line of state is not what it should be: nothing of that stream is taken. */
export class BadState extends Error {
  override readonly name = 'BadState';
  readonly key: StreamKey;
  readonly stop: Stop & { line: string };

  constructor(key: StreamKey, stop: Stop & { line: string }) {
    super(`the state of ${key.space} ${key.stream} has a line that is ${stop.reason}`);
    this.key = key;
    this.stop = stop;
  }
}

export interface FetchStateParts {
  hub: string;
  questions: Pick<HubQuestions, 'state'>;
  keys: PeerKeys;
}

/** More pages than any state has. */
const PAGES = 200;
/** Bytes of state that are held in memory at once, whatever a hub says that there is. */
const HELD = 64 * 1024 * 1024;

/** What may still be held of the states that are fetched together. */
export const newBudget = () => ({ left: HELD });

/** Asks for all of the state of a stream. Throws BadState and what the question throws. */
export async function fetchState(
  parts: FetchStateParts,
  key: StreamKey,
  budget: { left: number } = newBudget(),
): Promise<FetchedState> {
  const ask = async (after?: string) => {
    const page = await parts.questions.state(parts.hub, key, after);
    for (const line of page.lines) budget.left -= line.length;
    if (budget.left < 0)
      throw new PeerRefusal(200, { code: 'not_understood', message: 'Its state is larger than that of any space.' });
    return page;
  };
  const first = await ask();
  const state: FetchedState = {
    key,
    checkpoint: first.checkpoint,
    lines: await checkState(parts, key, first),
    more: [],
  };
  const sum = createHash('sha256');
  addHashes(sum, state.lines.slice(first.members));
  let { next } = first;
  let isOne = true;
  for (let pages = 1; next !== null && pages < PAGES; pages++) {
    const page = await ask(next);
    const lines = await checkState(parts, key, page);
    addHashes(sum, lines);
    state.more.push(lines);
    next = page.next;
    isOne &&= page.checkpoint.hash === first.checkpoint.hash;
  }
  // Where something happened between two pages, they are of two states; what came after the first is received anyway.
  if (isOne && sum.digest('base64url') !== first.checkpoint.state_hash)
    throw new PeerRefusal(200, { code: 'not_understood', message: 'Its state is not the one that it signed.' });
  return state;
}

/** In the order of places, as the hub signed them. */
function addHashes(sum: Hash, lines: readonly Received[]): void {
  for (const { cursor } of lines) sum.update(`${cursor.hash}\n`);
}

/** Each line by itself: hub, key, stream and author, as everywhere. Throws BadState. */
export async function checkState(
  { hub, keys }: Pick<FetchStateParts, 'hub' | 'keys'>,
  key: StreamKey,
  { lines }: Pick<StatePage, 'lines'>,
): Promise<Received[]> {
  const expected = await keys.expected(key, hub, lines, 'past');
  return lines.map((line) => {
    const checked = checkAlone(line, expected);
    if (!checked.ok) throw new BadState(key, { ...checked, line });
    return checked;
  });
}
