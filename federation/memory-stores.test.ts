import { createMemoryPeers } from './memory-stores.ts';
import { peerStoreContract } from './peer-store-contract.ts';

peerStoreContract('in memory', async () => createMemoryPeers());
