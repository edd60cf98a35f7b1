import {
  comparePositions,
  formatPosition,
  type PositionParts,
  positionOf,
} from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { eventOfLine } from './event-of-line.ts';
import { findIntent, findLine, findStream } from './lines-store.ts';
import type { OutboxRow } from './outbox-store.ts';
import type { Submitted } from './space-log.ts';

export type Outcome = { done: Submitted } | { refusal: Refusal };
export type Waiter = (outcome: Outcome | undefined) => void;

/** An intent on its way to a hub. */
export interface Entry extends Omit<OutboxRow, 'line'> {
  readonly waiters: Set<Waiter>;
  /** What the hub answered: it took it, and put it there. */
  place?: string;
  renumberings: number;
  outcome?: Outcome;
}

export function newEntry(row: Omit<OutboxRow, 'line'>): Entry {
  return { ...row, waiters: new Set(), renumberings: 0 };
}

/** One user, one space, one id: the same deed. */
export const keyOf = ({ space, actor, id }: Pick<Entry, 'space' | 'actor' | 'id'>): string => `${space} ${actor} ${id}`;

/** Whoever waits is told what is known now, which may be nothing. */
export function answerWaiters(entry: Entry, outcome?: Outcome): void {
  for (const waiter of [...entry.waiters]) waiter(outcome);
}

/** Resolves to `undefined` where nothing is known after so many milliseconds. */
export function waitFor(entry: Entry, ms: number): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const waiter: Waiter = (outcome) => {
      clearTimeout(timer);
      entry.waiters.delete(waiter);
      resolve(outcome);
    };
    const timer = setTimeout(() => waiter(undefined), ms);
    entry.waiters.add(waiter);
  });
}

const isReached = (head: PositionParts, place: string) => comparePositions(formatPosition(head), place) >= 0;

/** What became of it, where its line is here or this homeserver is past its place: the hub hides it then. */
export async function outcomeHere(reader: Reader, entry: Entry): Promise<Outcome | undefined> {
  const { space, actor, id, stream, place } = entry;
  const found = await reader.get(findIntent, { space, actor, id });
  const line = found && (await reader.get(findLine, found));
  if (line) return { done: { event: line.opaque === 1 ? undefined : eventOfLine(line), repeated: true } };
  const head = place ? await reader.get(findStream, { space, stream }) : undefined;
  // In a later epoch the place may be one that the hub has lost.
  const isPast = place !== undefined && head?.epoch === positionOf(place).epoch && isReached(head, place);
  return isPast ? { done: { event: undefined, repeated: true } } : undefined;
}
