import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Tables } from '../../storage/tables.ts';

const followedOf = query<{ hub: string }>()((p) =>
  sql
    .selectFrom('follows')
    .leftJoin('spaces', 'spaces.id', 'follows.space')
    .select(['follows.space', 'follows.stage', 'follows.since', 'spaces.name'])
    .where('follows.hub', '=', p.hub)
    .orderBy('follows.since'),
);
const stoppedOf = query<{ hub: string }>()((p) =>
  sql
    .selectFrom('stopped_streams')
    .innerJoin('follows', 'follows.space', 'stopped_streams.space')
    .selectAll('stopped_streams')
    .where('follows.hub', '=', p.hub)
    .orderBy('stopped_streams.since'),
);
const orphansOf = query<{ hub: string }>()((p) =>
  sql
    .selectFrom('orphans')
    .innerJoin('streams', 'streams.no', 'orphans.stream_no')
    .innerJoin('spaces', 'spaces.id', 'streams.space')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('spaces.hub', '=', p.hub),
);
const evidenceAgainst = query<{ hub: string }>()((p) =>
  sql
    .selectFrom('evidence')
    .innerJoin('spaces', 'spaces.id', 'evidence.space')
    .selectAll('evidence')
    .where('spaces.hub', '=', p.hub)
    .orderBy(sql<number>`row_number() over (partition by evidence.space, evidence.accuser order by evidence.ts)`)
    .orderBy('evidence.ts')
    .limit(100),
);

/** What an admin sees of the spaces that are followed at one hub. */
export interface Following {
  spaces: { space: string; name: string | null; stage: string; since: number }[];
  /** Streams that are not read on for the moment, with the line that was wrong. */
  stopped: Tables['stopped_streams'][];
  /** Events that the hub has lost. */
  orphans: number;
  /** Signed by the hub, and not true together. */
  evidence: Tables['evidence'][];
}

export async function followingOf(reader: Reader, hub: string): Promise<Following> {
  return {
    spaces: await reader.all(followedOf, { hub }),
    stopped: await reader.all(stoppedOf, { hub }),
    orphans: Number((await reader.get(orphansOf, { hub }))?.count ?? 0),
    evidence: await reader.all(evidenceAgainst, { hub }),
  };
}
