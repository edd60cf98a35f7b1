import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { erasePayload } from '../streams/lines-store.ts';

const joinsOf = query<{ user: string; key: string; past: string }>()((p) =>
  sql
    .selectFrom('state_lines')
    .innerJoin('streams', 'streams.no', 'state_lines.stream_no')
    .innerJoin('intents', (join) => join.onRef('intents.space', '=', 'streams.space').on('intents.actor', '=', p.user))
    .innerJoin('lines', (join) =>
      join
        .onRef('lines.stream_no', '=', 'intents.stream_no')
        .onRef('lines.epoch', '=', 'intents.epoch')
        .onRef('lines.seq', '=', 'intents.seq'),
    )
    .select(['lines.stream_no', 'lines.epoch', 'lines.seq'])
    .distinct()
    .where(({ eb, or }) => or([eb('state_lines.key', '=', p.key), eb('state_lines.key', '=', p.past)]))
    .where('lines.type', '=', 'member.join'),
);

/** With an account goes what its joins said about who the user was. [ACC-8] */
export async function forgetJoins(tx: Writer, user: string): Promise<void> {
  const key = `member:${user}`;
  for (const place of await tx.all(joinsOf, { user, key, past: `was:${key}` })) await tx.run(erasePayload, place);
}
