import { peerStoreContract } from '@folkmoot/federation/peer-store-contract.ts';
import { migrate } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/list.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createCommitter } from '../streams/committer.ts';
import { engines } from '../testing/engines.ts';
import { createPeerStore } from './peer-store.ts';

for (const engine of engines) {
  peerStoreContract(engine.name, async (t) => {
    const options = await engine.fresh(t);
    if (options === undefined) return undefined;
    const database = await openDatabase(options);
    t.after(() => database.close());
    await migrate(database, migrations, 1);
    return createPeerStore(database, createCommitter(database));
  });
}
