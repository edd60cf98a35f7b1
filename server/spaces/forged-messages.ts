import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { eventOfLine } from '../streams/event-of-line.ts';
import { disown, located } from '../streams/lines-store.ts';

const messagesBy = query<{ space: string; author: string }>()((p) =>
  located()
    .innerJoin('messages', (join) =>
      join
        .onRef('messages.stream_no', '=', 'lines.stream_no')
        .onRef('messages.epoch', '=', 'lines.epoch')
        .onRef('messages.seq', '=', 'lines.seq'),
    )
    .where('streams.space', '=', p.space)
    .where('messages.author', '=', p.author),
);
const setAuthor = query<{ stream_no: number; epoch: number; seq: number; author: string }>()((p) =>
  sql
    .updateTable('messages')
    .set({ author: p.author })
    .where('stream_no', '=', p.stream_no)
    .where('epoch', '=', p.epoch)
    .where('seq', '=', p.seq),
);

/** Messages that came before it was known where their author lives, and that another home signed. [STR-19] */
export async function disownForged(tx: Writer, space: string, user: string, home: string): Promise<void> {
  for (const line of await tx.all(messagesBy, { space, author: user })) {
    if (line.payload === null || eventOfLine(line).home === home) continue;
    const { stream_no, epoch, seq } = line;
    await tx.run(setAuthor, { stream_no, epoch, seq, author: nobody });
    await tx.run(disown, { pos: line.pos });
  }
}
