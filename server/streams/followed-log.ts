import type { CheckedLine } from '@folkmoot/federation/chain.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { type ApplyParts, applyLine, type HowToApply, isBefore } from './apply-line.ts';
import type { StateChange } from './binding.ts';
import { eventOfLine } from './event-of-line.ts';
import type { Head, Heads } from './heads.ts';
import { findLine, findStream, setBack, type StoredLine } from './lines-store.ts';
import type { Numbers } from './numbers.ts';
import type { OwnJoins } from './own-joins.ts';
import { orphanAfter } from './orphans.ts';
import { changesOf, dropPresentStateOf, dropStateOf, pastKey, stateOfKey } from './state-index.ts';
import { createStoreReceived, type ReceivedEvent } from './store-received.ts';

/** A line that `verifyLine` let pass. */
export type Received = CheckedLine;

type Place = { epoch: number; seq: number };

export interface StreamKey {
  space: string;
  stream: string;
}

/** Where a stream is joined: its signed head, with the time of the event there. */
export type StreamStart = Cursor & { ts: number };

/** Streams of spaces whose hub is another homeserver. All lines were verified before. */
export interface FollowedLog {
  /**
   * The lines after the head, hidden ones too; what is here already is passed over. Starts the stream with 1.0. An event that is not
   * understood, or that cannot be applied, is kept opaque. Throws OutOfPlace for a gap.
   */
  receive(
    tx: Writer,
    key: StreamKey,
    lines: readonly Received[],
    took?: (line: StoredLine) => Promise<void>,
  ): Promise<void>;
  /**
   * The hub lost what came after `fork` and goes on with `lines`, which start an epoch after hidden places or at once: what is here after
   * the fork point stays and is marked, and no longer has effects on messages before it. What is the case is as `state` says, which was read after the
   * lines. Gives back the lines that were lost, oldest first.
   */
  fork(
    tx: Writer,
    key: StreamKey,
    fork: Cursor,
    lines: readonly Received[],
    state: readonly Received[],
  ): Promise<StoredLine[]>;
  /**
   * Starts a stream at a checkpoint, or moves one there that was left behind, and takes its state. Where the stream is further than the
   * checkpoint already, the state is taken like `receiveState` does. A new `channel.create` and the `member.join` of local users are news.
   */
  adopt(tx: Writer, key: StreamKey, checkpoint: StreamStart, state: readonly Received[]): Promise<void>;
  /** More of the state: what is known already is passed over, as is what lies after the head. */
  receiveState(tx: Writer, key: StreamKey, state: readonly Received[]): Promise<void>;
  /** A page without gaps, oldest first, that ends at the `back` of the stream; moves that. Throws OutOfPlace for another. */
  receiveOlder(tx: Writer, key: StreamKey, lines: readonly Received[]): Promise<void>;
  /** No local user may see the channel any more: it goes, its lines stay. */
  dropChannel(tx: Writer, space: string, stream: string): Promise<void>;
}

/** Lines that do not continue what is here; ask again from where the stream is now. */
export class OutOfPlace extends Error {}

export interface FollowedLogParts extends ApplyParts {
  heads: Heads;
  numbers: Numbers;
  ownJoins?: Pick<OwnJoins, 'take' | 'left'> | undefined;
  /** Empties the tables of what the state of a stream says. */
  forgetState(tx: Writer, stream: StreamKey & { streamNo: number }): Promise<void>;
  /** Who may see what changed without an event. */
  accessChanged(space: string): void;
}

const waitingIn = query<{
  stream_no: number;
  from_epoch: number;
  from_seq: number;
  to_epoch: number;
  to_seq: number;
}>()((p) =>
  sql
    .selectFrom('waiting_refs')
    .select(['epoch', 'seq'])
    .distinct()
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(ref_epoch, ref_seq) >= (${p.from_epoch}, ${p.from_seq})`)
    .where(sql<boolean>`(ref_epoch, ref_seq) <= (${p.to_epoch}, ${p.to_seq})`)
    .orderBy('epoch')
    .orderBy('seq'),
);
const dropWaitingFrom = query<{ stream_no: number; from_epoch: number; from_seq: number }>()((p) =>
  sql
    .deleteFrom('waiting_refs')
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(ref_epoch, ref_seq) >= (${p.from_epoch}, ${p.from_seq})`),
);

export function createFollowedLog(parts: FollowedLogParts): FollowedLog {
  const { bindings, serverName, heads, numbers } = parts;
  const store = createStoreReceived(bindings, serverName, parts.ownJoins);
  const apply = (tx: Writer, head: Head, line: StoredLine, how?: HowToApply) => applyLine(tx, parts, head, line, how);

  async function receive(
    tx: Writer,
    { space, stream }: StreamKey,
    lines: readonly Received[],
    took?: (line: StoredLine) => Promise<void>,
  ): Promise<void> {
    for (const line of lines) {
      const head = await heads.find(tx, space, stream);
      if (head && !isBefore(head, line.cursor)) continue;
      requireNext(head, line);
      const ts = line.kind === 'event' ? line.event.envelope.ts : (head?.ts ?? 0);
      const { epoch, seq, hash } = line.cursor;
      const moved: Head = { ...(head ?? { no: numbers.nextStream() }), epoch, seq, hash, ts };
      if (head) heads.move(space, stream, moved);
      else await heads.start(tx, space, stream, moved);
      if (line.kind === 'hidden') continue;
      const at = { space, stream, no: moved.no, pos: numbers.nextPosition() };
      const stored = await store(tx, at, line);
      await apply(tx, moved, stored, { read: line.event });
      await took?.(stored);
    }
  }

  async function fork(
    tx: Writer,
    key: StreamKey,
    { epoch, seq, hash }: Cursor,
    lines: readonly Received[],
    state: readonly Received[],
  ): Promise<StoredLine[]> {
    const { space, stream } = key;
    const before = await heads.find(tx, space, stream);
    const start = lines.find(({ cursor }) => cursor.epoch > epoch);
    if (!before || !start) throw new OutOfPlace('this stream was not joined');
    const lost = await orphanAfter(tx, bindings, before.no, { epoch, seq }, start.cursor.epoch);
    const { back_epoch, back_seq } = before;
    const isAllLost =
      typeof back_epoch === 'number' && isBefore({ epoch, seq }, { epoch: back_epoch, seq: back_seq ?? 0 });
    const back = isAllLost ? { back_epoch: epoch, back_seq: seq, back_hash: hash } : undefined;
    if (back) await tx.run(setBack, { no: before.no, ...back });
    heads.move(space, stream, { ...before, ...back, epoch, seq, hash });
    await receive(tx, key, lines);
    const head = (await heads.find(tx, space, stream)) ?? before;
    if (state.length > 0) {
      await tx.run(dropStateOf, { stream_no: head.no });
      await parts.forgetState(tx, { space, stream, streamNo: head.no });
      for (const line of upTo(head, state)) await apply(tx, head, await kept(tx, key, head, line), { asState: true });
    }
    parts.accessChanged(space);
    return lost;
  }

  async function adopt(
    tx: Writer,
    key: StreamKey,
    { epoch, seq, hash, ts }: StreamStart,
    state: readonly Received[],
  ): Promise<void> {
    const { space, stream } = key;
    const before = await heads.find(tx, space, stream);
    if (before && !isBefore(before, { epoch, seq })) {
      await receiveState(tx, key, state);
      // It may have been dropped meanwhile, and nothing new says that it is there again.
      if (stream !== '_') parts.accessChanged(space);
      return;
    }
    const no = before?.no ?? numbers.nextStream();
    const back = { back_epoch: epoch, back_seq: seq, back_hash: hash };
    const head: Head = { no, epoch, seq, hash, ts, ...back };
    if (before) {
      heads.move(space, stream, head);
      await tx.run(setBack, { no, ...back });
      await tx.run(dropPresentStateOf, { stream_no: no });
      await parts.forgetState(tx, { space, stream, streamNo: no });
      parts.accessChanged(space);
    } else await heads.start(tx, space, stream, head);
    for (const line of upTo(head, state))
      if (!before || !(await isOver(tx, no, line)))
        await apply(tx, head, await kept(tx, key, head, line), { asState: true });
  }

  /** Who left, or was made to, is no member by what allowed it before, whatever a hub says is the case. [FOL-16] */
  async function isOver(tx: Writer, stream_no: number, line: ReceivedEvent): Promise<boolean> {
    const { key, set } = changeOf(line) ?? {};
    if (key === undefined || set === 'past') return false;
    const past = await tx.all(stateOfKey, { stream_no, key: pastKey(key), past: pastKey(key) });
    return past.some((earlier) => !isBefore(earlier, line.cursor));
  }

  async function receiveState(tx: Writer, key: StreamKey, state: readonly Received[]): Promise<void> {
    const head = await heads.find(tx, key.space, key.stream);
    if (!head) throw new OutOfPlace('this stream was not joined');
    for (const [of, lines] of Map.groupBy(upTo(head, state), (line) => changeOf(line)?.key)) {
      const ours = of ? await tx.all(stateOfKey, { stream_no: head.no, key: of, past: pastKey(of) }) : [];
      const begins = lines.findLast((line) => changeOf(line)?.set === 'first') ?? lines[0]!;
      if (ours.some((line) => line.kind === 'first' && !isBefore(line, begins.cursor))) continue;
      const all = new Map(ours.map((line) => [formatPosition(line), line as StoredLine]));
      for (const line of lines) all.set(formatPosition(line.cursor), await kept(tx, key, head, line));
      for (const line of [...all.values()].sort(inOrder)) await apply(tx, head, line, { asState: true, of });
    }
  }

  /** What the line is about, where that can be said. */
  function changeOf(line: ReceivedEvent): StateChange | undefined {
    const { payload, payloadText, envelope, envelopeText } = line.event;
    const binding = bindings.get(envelope.type);
    if (!binding || !payload) return undefined;
    const { epoch, seq, type } = envelope;
    const bare = { pos: 0, stream_no: 0, space: '', stream: envelope.stream, epoch, seq, type, opaque: 0 };
    const event = eventOfLine({ ...bare, envelope: envelopeText, payload: payloadText, author: 'hub' });
    return changesOf(binding, event)[0];
  }

  /** The line as it is here already, or now kept. */
  async function kept(tx: Writer, { space, stream }: StreamKey, head: Head, line: ReceivedEvent): Promise<StoredLine> {
    const { epoch, seq } = line.cursor;
    const here = await tx.get(findLine, { stream_no: head.no, epoch, seq });
    if (here) return here;
    const isNews = line.event.envelope.type === 'channel.create' || isJoinOfLocal(line);
    const pos = isNews ? numbers.nextPosition() : numbers.pastPositions(1);
    return store(tx, { space, stream, no: head.no, pos }, line);
  }

  function isJoinOfLocal({ event: { envelope, payload }, attribution }: ReceivedEvent): boolean {
    return envelope.type === 'member.join' && attribution === 'verified' && payload?.intent.home === serverName;
  }

  async function receiveOlder(tx: Writer, { space, stream }: StreamKey, lines: readonly Received[]): Promise<void> {
    const head = await heads.find(tx, space, stream);
    const row = await tx.get(findStream, { space, stream });
    const [first, last] = [lines[0], lines.at(-1)];
    if (!head || !row || !first || !last) return;
    const { back_epoch, back_seq, back_hash } = row;
    const { epoch, seq, hash } = last.cursor;
    // Before the start of an epoch stands the fork point, of which only the hash is known.
    const isPlace = back_seq === -1 ? epoch < (back_epoch ?? 0) : epoch === back_epoch && seq === back_seq;
    if (!isPlace || (back_hash !== null && hash !== back_hash))
      throw new OutOfPlace('this page does not end where the history here begins');
    const moved: Head = { ...head, ...placeBefore(first) };
    heads.move(space, stream, moved);
    const { back_epoch: to, back_seq: toSeq, back_hash: toHash } = moved;
    await tx.run(setBack, { no: head.no, back_epoch: to ?? null, back_seq: toSeq ?? null, back_hash: toHash ?? null });
    const from = numbers.pastPositions(lines.length);
    for (const [index, line] of lines.entries()) {
      if (line.kind === 'hidden') continue;
      const place = { stream_no: head.no, epoch: line.cursor.epoch, seq: line.cursor.seq };
      if (await tx.get(findLine, place)) continue;
      const at = { space, stream, no: head.no, pos: from + index };
      await apply(tx, moved, await store(tx, at, line), { older: true, read: line.event });
    }
    await applyAgain(tx, moved, first.cursor, last.cursor);
  }

  /** What later lines said about messages of a page that has come only now. */
  async function applyAgain(tx: Writer, head: Head, first: Cursor, last: Cursor): Promise<void> {
    const range = { stream_no: head.no, from_epoch: first.epoch, from_seq: first.seq };
    for (const place of await tx.all(waitingIn, { ...range, to_epoch: last.epoch, to_seq: last.seq })) {
      const line = await tx.get(findLine, { stream_no: head.no, ...place });
      if (line) await apply(tx, head, line, { older: true });
    }
    await tx.run(dropWaitingFrom, range);
  }

  async function dropChannel(tx: Writer, space: string, stream: string): Promise<void> {
    const head = await heads.find(tx, space, stream);
    if (!head) return;
    await tx.run(dropStateOf, { stream_no: head.no });
    await parts.forgetState(tx, { space, stream, streamNo: head.no });
    parts.accessChanged(space);
  }

  return { receive, fork, adopt, receiveState, receiveOlder, dropChannel };
}

const inOrder = (a: Place, b: Place) => a.epoch - b.epoch || a.seq - b.seq;

/** Events of a state that lie not after the head, oldest first. */
function upTo(head: Head, state: readonly Received[]): ReceivedEvent[] {
  const events = state.filter((line) => line.kind === 'event');
  return events.filter(({ cursor }) => !isBefore(head, cursor)).sort((a, b) => inOrder(a.cursor, b.cursor));
}

function requireNext(head: Head | undefined, line: Received): void {
  const { epoch, seq } = line.cursor;
  const isNewEpoch = head !== undefined && epoch > head.epoch && seq === 0;
  const isNext = head ? epoch === head.epoch && seq === head.seq + 1 : epoch === 1 && seq === 0;
  const isLinked = line.kind === 'hidden' || isNewEpoch || line.event.envelope.prev === head?.hash;
  if (!(isNext || isNewEpoch) || !isLinked) throw new OutOfPlace('these lines do not follow the newest one here');
}

/**
 * The place before a line; null before the first of the stream. Before the start of an epoch the seq is −1, and before a hidden line
 * nothing says what the hash is.
 */
function placeBefore(line: Received): Pick<Head, 'back_epoch' | 'back_seq' | 'back_hash'> {
  const { epoch, seq } = line.cursor;
  const prev = line.kind === 'event' ? line.event.envelope.prev : undefined;
  if (epoch === 1 && seq === 0) return { back_epoch: null, back_seq: null, back_hash: null };
  return { back_epoch: epoch, back_seq: seq - 1, back_hash: prev ?? null };
}
