import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Engine } from '../storage/storage-contract.ts';
import { dropPostgresDatabase, freshPostgresDatabase } from './postgres.ts';

/** Every storage test runs on both. Without a PostgreSQL server its tests are skipped; in CI they fail. */
export const engines: readonly Engine[] = [
  {
    name: 'SQLite',
    fresh: async (t) => ({ folder: await temporaryFolder(t) }),
  },
  {
    name: 'PostgreSQL',
    async fresh(t) {
      let url: string;
      try {
        url = await freshPostgresDatabase();
      } catch (error) {
        if (process.env['CI']) throw error;
        t.skip(`no PostgreSQL server: ${(error as Error).message}`);
        return undefined;
      }
      t.after(() => dropPostgresDatabase(url));
      return { folder: await temporaryFolder(t), url };
    },
  },
];

/** An empty folder that goes when the test ends. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
