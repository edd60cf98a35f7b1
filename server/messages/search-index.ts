import type { Database, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Committer } from '../streams/committer.ts';

const anyPending = query<Record<never, never>>()(() => sql.selectFrom('search_pending').select('place').limit(1));
const addPending = query<Record<never, never>>()(
  () => sql`
    INSERT INTO search_index (rowid, words)
    SELECT p.place, substr(e.words, p.start) FROM search_pending AS p JOIN search_indexed AS e ON e.place = p.place`,
);
const emptyPending = query<Record<never, never>>()(() => sql.deleteFrom('search_pending'));

/** SQLite's index is told all words of a transaction at once, as its last step: one by one that takes several times as long. */
export async function indexPending(tx: Writer): Promise<void> {
  if (!(await tx.get(anyPending, {}))) return;
  await tx.run(addPending, {});
  await tx.run(emptyPending, {});
}

/** From now on what is committed is in the index, too. */
export function keepSearchIndex(committer: Pick<Committer, 'enlist'>, { dialect }: Pick<Database, 'dialect'>): void {
  const nothing = () => undefined;
  if (dialect === 'sqlite')
    committer.enlist({ beforeCommit: indexPending, deedDone: nothing, deedUndone: nothing, transactionLost: nothing });
}
