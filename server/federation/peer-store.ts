import type { PeerStore } from '@folkmoot/federation/peer-store.ts';
import type { PeerState } from '@folkmoot/federation/peer-policy.ts';
import type { Database } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Committer } from '../streams/committer.ts';

const findPeer = query<{ server: string }>()((p) => sql.selectFrom('peers').selectAll().where('server', '=', p.server));
const allPeers = query<object>()(() => sql.selectFrom('peers').selectAll().orderBy('server'));
const insertPeer = query<{ server: string }>()((p) =>
  sql
    .insertInto('peers')
    .values({ server: p.server, state: 'ok' })
    .onConflict((conflict) => conflict.doNothing()),
);
const pin = query<{ server: string; root: string; document: string; serial: number; now: number }>()((p) =>
  sql
    .updateTable('peers')
    .set({ root: p.root, document: p.document, serial: p.serial, fetched: p.now })
    .where('server', '=', p.server)
    .where('root', 'is', null),
);
const renew = query<{ server: string; root: string; document: string; serial: number; now: number }>()((p) =>
  sql
    .updateTable('peers')
    .set({ document: p.document, serial: p.serial, fetched: p.now })
    .where('server', '=', p.server)
    .where('root', '=', p.root)
    .where('serial', '<=', p.serial),
);
const markFirst = query<{ server: string; now: number }>()((p) =>
  sql
    .updateTable('peers')
    .set({ first_contact: p.now })
    .where('server', '=', p.server)
    .where('first_contact', 'is', null),
);
const touch = query<{ server: string; now: number }>()((p) =>
  sql.updateTable('peers').set({ last_contact: p.now }).where('server', '=', p.server),
);
const setState = query<{ server: string; state: PeerState; reason: string | null }>()((p) =>
  sql.updateTable('peers').set({ state: p.state, reason: p.reason }).where('server', '=', p.server),
);
const suspend = query<{ server: string; root: string }>()((p) =>
  sql
    .updateTable('peers')
    .set({ state: 'suspended' })
    .where('server', '=', p.server)
    .where('root', '=', p.root)
    .where('state', '=', 'ok'),
);
const unpin = query<{ server: string }>()((p) =>
  sql
    .updateTable('peers')
    .set({ root: null, document: null, serial: null, fetched: null })
    .where('server', '=', p.server),
);

/** The peers of this homeserver in its database. What is only noted on the way is left out while nothing can be written. */
export function createPeerStore(
  database: Pick<Database, 'read'>,
  committer: Pick<Committer, 'commit' | 'readOnly'>,
): PeerStore {
  const { commit } = committer;
  return {
    find: (server) => database.read((reader) => reader.get(findPeer, { server })),
    list: () => database.read((reader) => reader.all(allPeers, {})),
    async keep(server, kept, now) {
      if (committer.readOnly !== undefined) return;
      await commit(async (tx) => {
        await tx.run(insertPeer, { server });
        if ((await tx.run(pin, { server, ...kept, now })) > 0) await tx.run(markFirst, { server, now });
        else await tx.run(renew, { server, ...kept, now });
      });
    },
    async touch(server, now) {
      if (committer.readOnly === undefined) await commit((tx) => tx.run(touch, { server, now }));
    },
    async block(server, reason) {
      await commit(async (tx) => {
        await tx.run(insertPeer, { server });
        await tx.run(setState, { server, state: 'blocked', reason });
      });
    },
    async suspend(server, root) {
      await commit((tx) => tx.run(suspend, { server, root }));
    },
    async allow(server) {
      await commit((tx) => tx.run(setState, { server, state: 'ok', reason: null }));
    },
    async unpin(server) {
      await commit((tx) => tx.run(unpin, { server }));
    },
  };
}
