import { setTimeout as rest } from 'node:timers/promises';
import { lineText } from '@folkmoot/federation/envelope.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { HEALED_AT_ONCE } from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { StreamKey } from '../../streams/followed-log.ts';
import { streamsOfSpace } from '../../streams/lines-store.ts';
import { withinBytes } from '../hub/events-page.ts';
import { PeerRefusal } from '../peer-refusal.ts';
import { keptLines } from './kept-lines.ts';
import type { HubQuestions } from './ports.ts';

type Place = { epoch: number; seq: number };

const keptAfter = query<StreamKey & Place & { limit: number }>()((p) =>
  keptLines()
    .select(['lines.epoch', 'lines.seq', 'lines.envelope', 'lines.payload'])
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .where(sql<boolean>`(lines.epoch, lines.seq) > (${p.epoch}, ${p.seq})`)
    .orderBy('lines.epoch')
    .orderBy('lines.seq')
    .limit(p.limit),
);
const newestKept = query<StreamKey>()((p) =>
  keptLines()
    .select(['lines.epoch', 'lines.seq', 'lines.envelope', 'lines.payload'])
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .orderBy('lines.epoch', 'desc')
    .orderBy('lines.seq', 'desc')
    .limit(1),
);

/** How often a hub may say that it is busy: others hand back what they kept, too. */
const PATIENCE = 60;
const LONGEST_REST = 10_000;

export interface HealHubParts {
  hub: string;
  questions: Pick<HubQuestions, 'heal'>;
  database: Pick<Database, 'read'>;
  log: Log;
}

/** Hands back what a restored hub lost of a stream and is here without a gap. True where it took something. Throws what the hub answers. [HEAL-1] */
export async function healStream(parts: HealHubParts, key: StreamKey): Promise<boolean> {
  const { hub, questions, database, log } = parts;
  const newest = await database.read((reader) => reader.get(newestKept, key));
  if (!newest) return false;
  let refusals = 0;
  const handBack = async (texts: readonly string[]): Promise<Cursor | null> => {
    for (;;) {
      try {
        return await questions.heal(hub, key, texts);
      } catch (error) {
        if (!(error instanceof PeerRefusal) || error.status !== 429 || ++refusals > PATIENCE) throw error;
        const wait = Math.min(error.retry ?? 1_000, LONGEST_REST) * (1 + Math.random());
        await rest(wait, undefined, { ref: false });
      }
    }
  };
  let head = await handBack([lineText(newest.envelope, newest.payload)]);
  let taken = 0;
  for (;;) {
    const after = head ?? { epoch: 0, seq: 0 };
    const rows = await database.read((reader) => reader.all(keptAfter, { ...key, ...after, limit: HEALED_AT_ONCE }));
    const [first] = rows;
    if (!first || !followsOn(head, first)) break;
    const texts = withinBytes(rows.map(({ envelope, payload }) => lineText(envelope, payload)));
    const now = await handBack(texts);
    if (!now || (head && now.hash === head.hash)) break;
    head = now;
    taken += texts.length;
  }
  if (taken > 0) log.warn({ ...key, hub, lines: taken }, 'a hub that lost events got them back from here');
  return taken > 0;
}

/** All streams of a space, what concerns the whole space first. One that cannot be healed keeps no other from it. */
export async function healSpace(parts: HealHubParts, space: string): Promise<void> {
  const { database, log } = parts;
  const streams = await database.read((reader) => reader.all(streamsOfSpace, { space }));
  const names = streams.map(({ stream }) => stream).sort((a, b) => Number(b === '_') - Number(a === '_'));
  for (const stream of names)
    await healStream(parts, { space, stream }).catch((error: unknown) =>
      log.info({ err: error, space, stream }, 'a restored hub did not take what was kept here'),
    );
}

function followsOn(head: Cursor | null, first: Place & { envelope: string }): boolean {
  if (!head) return first.epoch === 1 && first.seq === 0;
  const { prev } = JSON.parse(first.envelope) as { prev?: string };
  return prev === head.hash;
}
