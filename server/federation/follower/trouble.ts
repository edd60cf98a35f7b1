import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';

/** What is wrong with the spaces that are followed at one hub. */
export interface Trouble {
  /** Streams that are not read on for the moment. */
  stopped: number;
  /** Places where the hub showed others something else. */
  contradictions: number;
  /** Events that the hub has lost. */
  orphans: number;
}

const stoppedByHub = query<object>()(() =>
  sql
    .selectFrom('stopped_streams')
    .innerJoin('follows', 'follows.space', 'stopped_streams.space')
    .select(({ fn }) => ['follows.hub', fn.countAll<number>().as('count')])
    .groupBy('follows.hub'),
);
const contradictionsByHub = query<object>()(() =>
  sql
    .selectFrom('evidence')
    .innerJoin('spaces', 'spaces.id', 'evidence.space')
    .select(({ fn }) => ['spaces.hub', fn.countAll<number>().as('count')])
    .groupBy('spaces.hub'),
);
const orphansByHub = query<object>()(() =>
  sql
    .selectFrom('orphans')
    .innerJoin('streams', 'streams.no', 'orphans.stream_no')
    .innerJoin('spaces', 'spaces.id', 'streams.space')
    .select(({ fn }) => ['spaces.hub', fn.countAll<number>().as('count')])
    .groupBy('spaces.hub'),
);
const found = { stopped: stoppedByHub, contradictions: contradictionsByHub, orphans: orphansByHub } as const;

export const noTrouble: Trouble = { stopped: 0, contradictions: 0, orphans: 0 };

export async function troubleByHub(reader: Reader): Promise<Map<string, Trouble>> {
  const hubs = new Map<string, Trouble>();
  for (const what of ['stopped', 'contradictions', 'orphans'] as const)
    for (const { hub, count } of await reader.all(found[what], {}))
      if (hub !== null) hubs.set(hub, { ...(hubs.get(hub) ?? noTrouble), [what]: Number(count) });
  return hubs;
}
