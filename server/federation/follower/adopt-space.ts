import type { Database } from '../../storage/database.ts';
import type { Writer } from '../../storage/database.ts';
import type { Committer } from '../../streams/committer.ts';
import type { FollowedLog } from '../../streams/followed-log.ts';
import { findStream } from '../../streams/lines-store.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { authorsOf } from './fetch-history.ts';
import { BadState, type FetchedState, fetchState, type FetchStateParts, newBudget } from './fetch-state.ts';
import type { FillMembers } from './fill-members.ts';
import { channelsHere, setMemberCount, setStage } from './follows-store.ts';
import type { SpaceHeads } from './ports.ts';
import type { Quarantine } from './quarantine.ts';
import { type Beginning, beginningOf, beginningOfNew, entranceOf, type SinceJoinParts } from './since-join.ts';

export interface AdoptParts extends FetchStateParts, SinceJoinParts {
  questions: FetchStateParts['questions'] & SinceJoinParts['questions'];
  members: Pick<FillMembers, 'know' | 'unknownOf'>;
  spaceLog: Pick<FollowedLog, 'adopt' | 'receive' | 'receiveState' | 'dropChannel'>;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  quarantine: Quarantine;
  /** Whether it is the kind of space that those who join were told; where not, it is given up. */
  isAsTold(space: string, kind: unknown): Promise<boolean>;
  /** Tries again what was not taken now. */
  again(): void;
  /** Runs while nothing else changes the stream. */
  alone(stream: string, work: () => Promise<void>): Promise<void>;
}

/** Channels that are there when a space opens; further ones follow. */
const AT_ONCE = 64;
const REQUESTS = 4;

/** Takes a space as its hub says it is now: what it costs depends on its channels and roles, not on its members or messages. */
export async function adoptSpace(parts: AdoptParts, space: string, { streams, members }: SpaceHeads): Promise<void> {
  const { committer, spaceLog, alone } = parts;
  const channels = [...streams.keys()].filter((stream) => stream !== '_');
  const states = await fetchStates(parts, space, channels.slice(0, AT_ONCE));
  // The last one, so that what allowed anything in the channels is in it.
  const root = await fetchChecked(parts, { space, stream: '_' });
  await requireFoundedAs(parts, space, root);
  const entrance = entranceOf(parts.self, root);
  const begun: [FetchedState, Beginning][] = [];
  for (const state of states) begun.push([state, await beginningOf(parts, state, entrance)]);
  const authors = await parts.members.unknownOf(authorsOf(begun.flatMap(([, { news }]) => news))).catch(() => []);
  await alone('_', () =>
    committer.commit(async (tx) => {
      await adopt(spaceLog, tx, root);
      await spaceLog.receiveState(tx, root.key, authors);
      for (const [state, beginning] of begun) await begin(spaceLog, tx, state, beginning);
      for (const { id } of await tx.all(channelsHere, { space }))
        if (!streams.has(id)) await spaceLog.dropChannel(tx, space, id);
      await tx.run(setMemberCount, { space, members });
      await tx.run(setStage, { space, stage: 'members', after: null });
    }),
  );
  if (channels.length > AT_ONCE) await adoptStreams(parts, space, channels.slice(AT_ONCE));
}

/** A space is decided by the hub that its first event names, whoever shows it, and is what that event says. */
async function requireFoundedAs({ hub, isAsTold }: AdoptParts, space: string, { lines }: FetchedState): Promise<void> {
  const genesis = lines.find((line) => line.kind === 'event' && line.event.envelope.type === 'space.create');
  const body = genesis?.kind === 'event' ? genesis.event.payload?.intent.body : undefined;
  if (body?.['hub'] !== hub)
    throw new PeerRefusal(200, {
      code: 'not_understood',
      message: 'It is not the hub that this space was founded at.',
    });
  if (!(await isAsTold(space, body['kind'])))
    throw new PeerRefusal(200, { code: 'not_understood', message: 'It is not the kind of space that it said it was.' });
}

/**
 * Takes channels as they are now, those that were made since a place in `_` from their beginning. One whose state is bad is left out and
 * noted; one that is gone meanwhile is left out.
 */
export async function adoptStreams(
  parts: AdoptParts,
  space: string,
  streams: readonly string[],
  since?: string,
): Promise<void> {
  for (let from = 0; from < streams.length; from += AT_ONCE)
    for (const state of await fetchStates(parts, space, streams.slice(from, from + AT_ONCE))) {
      const beginning = await beginningOfNew(parts, state, since);
      await parts.members.know(authorsOf(beginning.news)).catch(() => undefined);
      await parts.alone(state.key.stream, async () => {
        await parts.committer.commit((tx) => begin(parts.spaceLog, tx, state, beginning));
        await parts.quarantine.heal(state.key);
      });
    }
}

async function adopt(spaceLog: AdoptParts['spaceLog'], tx: Writer, state: FetchedState): Promise<void> {
  await spaceLog.adopt(tx, state.key, state.checkpoint, state.lines);
  for (const page of state.more) await spaceLog.receiveState(tx, state.key, page);
}

/** What was said since somebody of here joined is applied and told like what is pushed. */
async function begin(
  spaceLog: AdoptParts['spaceLog'],
  tx: Writer,
  state: FetchedState,
  { start, news }: Beginning,
): Promise<void> {
  const isHere = start === undefined && (await tx.get(findStream, state.key)) !== undefined;
  if (isHere) return adopt(spaceLog, tx, state);
  if (start) await adopt(spaceLog, tx, { ...state, checkpoint: { ...state.checkpoint, ...start } });
  await spaceLog.receive(tx, state.key, news);
}

async function fetchStates(parts: AdoptParts, space: string, streams: readonly string[]): Promise<FetchedState[]> {
  const waiting = [...streams];
  const states: FetchedState[] = [];
  const budget = newBudget();
  const worker = async () => {
    for (let stream = waiting.shift(); stream !== undefined; stream = waiting.shift()) {
      const state = await fetchOne(parts, { space, stream }, budget);
      if (state) states.push(state);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS }, worker));
  return states;
}

async function fetchOne(
  parts: AdoptParts,
  key: FetchedState['key'],
  budget: { left: number },
): Promise<FetchedState | undefined> {
  try {
    return await fetchChecked(parts, key, budget);
  } catch (error) {
    const isGone = error instanceof PeerRefusal && error.status === 404;
    if (isGone || error instanceof BadState) return undefined;
    throw error;
  }
}

/** `fetchState`, which keeps what was wrong. */
async function fetchChecked(
  parts: AdoptParts,
  key: FetchedState['key'],
  budget?: { left: number },
): Promise<FetchedState> {
  try {
    return await fetchState(parts, key, budget);
  } catch (error) {
    if (error instanceof BadState) {
      const { reason, code, line } = error.stop;
      await parts.quarantine.stop(key, { reason, code, line }, () => parts.again());
    }
    throw error;
  }
}
