import { memoryFolder } from './memory-folder.ts';
import { startPostgres } from './postgres.ts';

/**
 * When all tests are run, those of all files share one PostgreSQL server, each with a database of its own, and keep what they write in
 * memory, where that can be had: no test waits for a disk then. Both end with the run.
 */
export async function globalSetup(): Promise<void> {
  await onePostgres();
  const folder = memoryFolder();
  if (folder !== undefined) process.env['TMPDIR'] = folder;
}

async function onePostgres(): Promise<void> {
  if (process.env['FOLKMOOT_TEST_POSTGRES']) return;
  try {
    process.env['FOLKMOOT_TEST_POSTGRES'] = await startPostgres();
  } catch {
    // Where there is none, the tests that need it say so.
  }
}
