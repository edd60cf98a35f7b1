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
const evidenceAgainst = query<{ hub: string }>()((p) =>
  sql
    .selectFrom('evidence')
    .innerJoin('spaces', 'spaces.id', 'evidence.space')
    .selectAll('evidence')
    .where('spaces.hub', '=', p.hub)
    .orderBy('evidence.ts')
    .limit(100),
);

/** What an admin sees of the spaces that are followed at one hub. */
export interface Following {
  spaces: { space: string; name: string | null; stage: string; since: number }[];
  /** Streams that are not read on for the moment, with the line that was wrong. */
  stopped: Tables['stopped_streams'][];
  /** Signed by the hub, and not true together. */
  evidence: Tables['evidence'][];
}

export async function followingOf(reader: Reader, hub: string): Promise<Following> {
  return {
    spaces: await reader.all(followedOf, { hub }),
    stopped: await reader.all(stoppedOf, { hub }),
    evidence: await reader.all(evidenceAgainst, { hub }),
  };
}
