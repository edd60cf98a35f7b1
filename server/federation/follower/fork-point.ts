import { checkAlone } from '@folkmoot/federation/check-lines.ts';
import type { ExpectedStream } from '@folkmoot/federation/chain.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { hashOf } from '@folkmoot/federation/signing.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { StreamKey } from '../../streams/followed-log.ts';
import type { HubQuestions } from './ports.ts';

const newestLines = query<StreamKey & { epoch: number; limit: number }>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select(['lines.epoch', 'lines.seq', 'lines.envelope'])
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .where('lines.epoch', '<', p.epoch)
    .orderBy('lines.epoch', 'desc')
    .orderBy('lines.seq', 'desc')
    .limit(p.limit),
);
const lineAt = query<StreamKey & { epoch: number; seq: number }>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select(['lines.epoch', 'lines.seq', 'lines.envelope'])
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .where('lines.epoch', '=', p.epoch)
    .where('lines.seq', '=', p.seq),
);

/** How far back a fork point is looked for where the event does not say where it is. */
const SOUGHT = 2_000;
/** Epochs of the hub that were missed here. */
const EPOCHS = 100;
const END = { epoch: 999_999_999, seq: 0 };

export interface ForkParts {
  hub: string;
  questions: Pick<HubQuestions, 'before'>;
  database: Pick<Database, 'read'>;
  expected(texts: readonly string[]): Promise<ExpectedStream>;
}

/**
 * The place here from which the hub goes on in a later epoch than `head`, where there is one and it is known here. Throws what the question
 * throws. [STR-24]
 */
export async function findForkPoint(parts: ForkParts, key: StreamKey, head: Cursor): Promise<Cursor | undefined> {
  const { hub, questions, expected } = parts;
  let place: { epoch: number; seq: number } = END;
  for (let asked = 0; asked < 2 * EPOCHS; asked++) {
    const text = (await questions.before(hub, key, place, 1)).at(-1);
    const line = text === undefined ? undefined : checkAlone(text, await expected([text]));
    if (!line?.ok || line.cursor.epoch <= head.epoch) return undefined;
    const { epoch, seq } = line.cursor;
    place = { epoch, seq: seq === 0 ? 0 : 1 };
    if (line.kind === 'hidden' || seq > 0) continue;
    const { prev, type } = line.event.envelope;
    const named = (line.event.payload?.intent.body as { fork?: Cursor } | undefined)?.fork;
    const fork = prev !== undefined && type === 'epoch.start' && (await findHere(parts, key, epoch, prev, named));
    if (fork) return fork;
  }
  return undefined;
}

async function findHere(
  { database }: ForkParts,
  key: StreamKey,
  until: number,
  hash: string,
  named: Partial<Cursor> | undefined,
): Promise<Cursor | undefined> {
  const { epoch, seq } = named ?? {};
  const isSaid = Number.isSafeInteger(epoch) && Number.isSafeInteger(seq);
  const lines = await database.read((reader) =>
    isSaid
      ? reader.all(lineAt, { ...key, epoch: epoch as number, seq: seq as number })
      : reader.all(newestLines, { ...key, epoch: until, limit: SOUGHT }),
  );
  const found = lines.find(({ envelope }) => hashOf('event', JSON.parse(envelope) as object) === hash);
  return found && { epoch: found.epoch, seq: found.seq, hash };
}
