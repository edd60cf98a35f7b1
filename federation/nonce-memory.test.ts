import { createNonceMemory } from './nonce-memory.ts';
import { nonceMemoryContract } from './nonce-memory-contract.ts';

nonceMemoryContract('in memory', createNonceMemory);
