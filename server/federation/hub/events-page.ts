import { parseCursor } from '@folkmoot/federation/cursor.ts';
import { BYTES_OF_PAGE, LINES_OF_PAGE } from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import { positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { Refusal } from '../../base/errors.ts';
import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import { linesOfStream } from '../../streams/lines-store.ts';
import { botsAloneIn, type BotPorts, isWithheld } from './bot-viewers.ts';
import type { Checkpoints } from './checkpoints.ts';
import { hiddenFrom } from './hidden-members.ts';
import { hashOfEnvelope, lineFor, type LineRow } from './line-text.ts';
import type { VisibleStream } from './space-access.ts';
import { isAtOrAfter, type Place } from './visibility-store.ts';

const findEnvelope = query<{ stream_no: number } & Place>()((p) =>
  sql
    .selectFrom('lines')
    .select('envelope')
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);
const linesBefore = query<{ stream_no: number; limit: number } & Place>()((p) =>
  sql
    .selectFrom('lines')
    .select(['epoch', 'seq', 'type', 'envelope', 'payload'])
    .where('stream_no', '=', p.stream_no)
    .where(sql<boolean>`(epoch, seq) < (${p.epoch}, ${p.seq})`)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(p.limit),
);

export interface EventsQuery {
  after?: string | undefined;
  before?: string | undefined;
  limit?: number | undefined;
}

/** Lines of a stream for a server, as they are stored, oldest first. Throws `cursor_ahead`, `fork` and `invalid_query`. [REP-4] */
export async function eventsPage(
  reader: Reader,
  { checkpoints, server, ports, now }: { checkpoints: Checkpoints; server: string; ports: BotPorts; now: number },
  stream: VisibleStream,
  { after, before, limit = LINES_OF_PAGE }: EventsQuery,
): Promise<string[]> {
  if (after !== undefined && before !== undefined)
    throw new Refusal('invalid_query', { path: '/before', expected: 'not together with after' });
  if (after !== undefined) await requireOwnCursor(reader, { checkpoints, server }, stream, after);
  const of = { stream_no: stream.no, limit };
  const rows =
    before === undefined
      ? await reader.all(linesOfStream, { ...of, ...(after === undefined ? { epoch: 0, seq: 0 } : parseCursor(after)) })
      : await reader.all(linesBefore, { ...of, ...positionOf(before) });
  const isHidden = await hiddenFrom(reader, server, stream, rows);
  const alone = (await botsAloneIn(reader, ports, stream.space, now, server)).get(server)?.get(stream.stream);
  const lines = within(stream, rows).map((row) =>
    lineFor(row, isHidden(row), alone !== undefined && isWithheld(alone, row)),
  );
  const page = withinBytes(lines);
  return before === undefined ? page : page.reverse();
}

async function requireOwnCursor(
  reader: Reader,
  { checkpoints, server }: { checkpoints: Checkpoints; server: string },
  stream: VisibleStream,
  after: string,
): Promise<void> {
  const { epoch, seq, hash } = parseCursor(after);
  const { head, until } = stream;
  const checkpoint = async () => ({ checkpoint: await checkpoints.sign(reader, stream, server) });
  if (isAtOrAfter({ epoch, seq }, head.epoch, head.seq + 1)) throw new Refusal('cursor_ahead', await checkpoint());
  if (until && isAtOrAfter({ epoch, seq }, until.epoch, until.seq + 1)) throw new Refusal('not_found');
  const row = await reader.get(findEnvelope, { stream_no: stream.no, epoch, seq });
  if (!row || hashOfEnvelope(row.envelope) !== hash) throw new Refusal('fork', await checkpoint());
}

const within = ({ until }: VisibleStream, rows: readonly LineRow[]) =>
  until ? rows.filter((row) => !isAtOrAfter(row, until.epoch, until.seq + 1)) : rows;

/** As many of the first lines as fit into a page; one always does. */
export function withinBytes(lines: readonly string[]): string[] {
  let bytes = 0;
  const fits = lines.findIndex((line, index) => {
    bytes += Buffer.byteLength(line) + 1;
    return index > 0 && bytes > BYTES_OF_PAGE;
  });
  return fits < 0 ? [...lines] : lines.slice(0, fits);
}
