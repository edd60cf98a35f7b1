import { checkNext, checkNextAside } from '@folkmoot/federation/check-lines.ts';
import type { Stop } from '@folkmoot/federation/chain.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Committer } from '../../streams/committer.ts';
import type { FollowedLog, Received, StreamKey } from '../../streams/followed-log.ts';
import type { PeerKeys } from './peer-keys.ts';
import type { HubQuestions } from './ports.ts';

export interface TakeLinesParts {
  hub: string;
  questions: Pick<HubQuestions, 'after'>;
  keys: PeerKeys;
  spaceLog: Pick<FollowedLog, 'receive' | 'receiveState'>;
  committer: Pick<Committer, 'commit'>;
  log: Log;
  /** Resolves when `_` has reached a place, or after the time of [FOL-5]. */
  reached(auth: string): Promise<void>;
  /** Resolves when those who wrote the lines are known here, as far as the hub says who they are. */
  known(lines: readonly Received[]): Promise<void>;
  /** What there is to know of members whom lines of `_` put on the lists. */
  listed(lines: readonly Received[]): Promise<Received[]>;
}

/** Lines that were taken, and what was wrong with the one after them. */
export interface Taken {
  lines: readonly Received[];
  stop: (Stop & { line: string }) | undefined;
}

/** Takes what is good of lines that come after `head`. `askAhead` is told where the good ones end as soon as that is clear. */
export async function takeLines(
  parts: TakeLinesParts,
  key: StreamKey,
  texts: readonly string[],
  head: Cursor,
  askAhead?: (cursor: Cursor) => void,
): Promise<Taken> {
  const { hub, keys, committer, spaceLog } = parts;
  const { lines, stop } = await checkNextAside(texts, head, await keys.expected(key, hub, texts, 'new'));
  if (lines.length === 0) return { lines, stop };
  if (!stop) askAhead?.(lines.at(-1)!.cursor);
  const whole = await withPayloads(parts, key, lines, head);
  if (key.stream !== '_') {
    await parts.reached(latestAuth(whole));
    await parts.known(whole);
  }
  const listed = key.stream === '_' ? await parts.listed(whole) : [];
  await committer.commit(async (tx) => {
    await spaceLog.receive(tx, key, whole);
    if (listed.length > 0) await spaceLog.receiveState(tx, key, listed);
  });
  return { lines: whole, stop };
}

/** A payload that is not what the hub committed to is asked for once more; then the event stays without it. [FOL-4] */
async function withPayloads(
  parts: TakeLinesParts,
  key: StreamKey,
  lines: readonly Received[],
  head: Cursor,
): Promise<Received[]> {
  const whole: Received[] = [];
  for (const line of lines) {
    const isBroken = line.kind === 'event' && line.payload === 'mismatch';
    whole.push((isBroken && (await askAgain(parts, key, whole.at(-1)?.cursor ?? head, line))) || line);
  }
  return whole;
}

async function askAgain(
  { hub, questions, keys, log }: TakeLinesParts,
  key: StreamKey,
  before: Cursor,
  { cursor }: Received,
): Promise<Received | undefined> {
  log.warn({ ...key, epoch: cursor.epoch, seq: cursor.seq }, 'a payload was not what its hub signed');
  const texts = await questions.after(hub, key, before, 1).catch(() => []);
  const again = checkNext(texts.slice(0, 1), before, await keys.expected(key, hub, texts, 'new')).lines[0];
  return again?.cursor.hash === cursor.hash ? again : undefined;
}

function latestAuth(lines: readonly Received[]): string {
  let latest: string | null = null;
  for (const line of lines) {
    const auth = line.kind === 'event' ? line.event.envelope.auth : undefined;
    if (auth !== undefined && comparePositions(auth, latest) > 0) latest = auth;
  }
  return latest ?? '1.0';
}
