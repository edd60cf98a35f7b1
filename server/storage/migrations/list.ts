import type { Migration } from '../migrate.ts';
import { foundation } from './0001-foundation.ts';
import { federation } from './0002-federation.ts';

/** In order; the place in the list is the number. Never change one that was released: add another. */
export const migrations: readonly Migration[] = [
  { name: 'foundation', statements: foundation },
  { name: 'federation', statements: federation },
];
