import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Database, Writer } from '../../storage/database.ts';
import type { Committer } from '../../streams/committer.ts';
import type { FollowedLog, Received, StreamKey } from '../../streams/followed-log.ts';
import type { StoredLine } from '../../streams/lines-store.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { fetchState } from './fetch-state.ts';
import { setStage } from './follows-store.ts';
import { findFork } from './fork-point.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

export interface FollowEpochParts {
  hub: string;
  questions: Pick<HubQuestions, 'before' | 'after' | 'state'>;
  keys: PeerKeys;
  spaceLog: Pick<FollowedLog, 'fork'>;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  log: Log;
  /** Has what users of this homeserver asked for in events that the hub lost happen again. */
  resend(tx: Writer, hub: string, lost: readonly StoredLine[]): Promise<void>;
  /** What the state of `_` says about members of this homeserver, all of them. */
  ownMembers(): Promise<Received[]>;
}

/** The lines with which a hub goes on, and whether what it lost had changed what is the case in the space. */
export interface NewEpoch {
  lines: readonly Received[];
  isUndone: boolean;
}

/** The hub lost its newest events and goes on from an earlier one: so does the stream here. Undefined where it does not. [STR-24] */
export async function followEpoch(
  parts: FollowEpochParts,
  key: StreamKey,
  head: Cursor,
): Promise<NewEpoch | undefined> {
  const { hub, committer, spaceLog, log, resend } = parts;
  const fork = await findFork(parts, key, head).catch((error: unknown) => {
    if (error instanceof PeerRefusal) return undefined;
    throw error;
  });
  if (!fork) return undefined;
  const { from, lines } = fork;
  log.warn({ ...key, from: formatPosition(from) }, 'a hub lost events and began a new epoch; they are kept and marked');
  // After the lines, so that it is not older than they are.
  const state = await stateNow(parts, key);
  const isUndone = await committer.commit(async (tx) => {
    const lost = await spaceLog.fork(tx, key, from, lines, state);
    if (key.stream === '_') await tx.run(setStage, { space: key.space, stage: 'members', after: null });
    await resend(tx, hub, lost);
    return lost.some(({ type }) => !/^(message|reaction)\./.test(type));
  });
  return { lines, isUndone };
}

async function stateNow(parts: FollowEpochParts, key: StreamKey): Promise<Received[]> {
  const { lines, more } = await fetchState(parts, key);
  return [...lines, ...more.flat(), ...(key.stream === '_' ? await parts.ownMembers() : [])];
}
