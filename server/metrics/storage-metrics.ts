import { Gauge, type Registry } from 'prom-client';
import type { Log } from '../base/log.ts';
import type { Database, Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { gauges } from './gauges.ts';

export interface StorageMetricsParts {
  database: Pick<Database, 'read'>;
  log: Log;
}

const peerStates = ['ok', 'suspended', 'blocked'] as const;

const countPeers = query<object>()(() =>
  sql
    .selectFrom('peers')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .groupBy('state'),
);
const countIntents = query<object>()(() =>
  sql.selectFrom('outbox').select(({ fn }) => fn.countAll<number>().as('count')),
);
const countLetters = query<object>()(() =>
  sql.selectFrom('people_outbox').select(({ fn }) => fn.countAll<number>().as('count')),
);
const countFollows = query<object>()(() =>
  sql.selectFrom('follows').select(({ fn }) => fn.countAll<number>().as('count')),
);
const countStopped = query<object>()(() =>
  sql.selectFrom('stopped_streams').select(({ fn }) => fn.countAll<number>().as('count')),
);

/** What is known of other homeservers, and what waits for them. */
export function sampleStorage(registry: Registry, { database, log }: StorageMetricsParts) {
  const peers = new Gauge({
    name: 'folkmoot_federation_peers',
    help: 'Other homeservers that are known, by state.',
    labelNames: ['state'],
    registers: [registry],
  });
  const shown = gauges(registry, {
    federation_outbox_intents: 'Deeds of users here that wait for the hub of a space.',
    federation_outbox_letters: 'Letters about people that wait for other homeservers.',
    federation_followed_spaces: 'Spaces of other hubs that are followed.',
    federation_stopped_streams: 'Streams of other hubs that stopped at a line that is wrong.',
  });
  return async () => {
    try {
      const { states, ...counts } = await database.read(count);
      for (const state of peerStates) peers.set({ state }, states.get(state) ?? 0);
      shown.show(counts);
    } catch (error) {
      log.warn({ err: error }, 'metrics of the database could not be read');
      peers.reset();
      shown.hide();
    }
  };
}

async function count(reader: Reader) {
  return {
    states: new Map((await reader.all(countPeers, {})).map(({ state, count: of }) => [state, of])),
    federation_outbox_intents: (await reader.get(countIntents, {}))?.count ?? 0,
    federation_outbox_letters: (await reader.get(countLetters, {}))?.count ?? 0,
    federation_followed_spaces: (await reader.get(countFollows, {}))?.count ?? 0,
    federation_stopped_streams: (await reader.get(countStopped, {}))?.count ?? 0,
  };
}
