import { startPostgres } from './postgres.ts';

/** When all tests are run, those of all files share one server, each with a database of its own; it ends with the run. */
export async function globalSetup(): Promise<void> {
  if (process.env['FOLKMOOT_TEST_POSTGRES']) return;
  try {
    process.env['FOLKMOOT_TEST_POSTGRES'] = await startPostgres();
  } catch {
    // Where there is none, the tests that need it say so.
  }
}
