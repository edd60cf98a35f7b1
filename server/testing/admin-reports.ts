import type { ResultOf } from '../admin/operations.ts';
import { runOperation } from '../admin/operations.ts';
import type { TestHomeserver } from './start-homeserver.ts';

type Found = ResultOf<'report.list'>['reports'];

/** Reports as the admins of a homeserver have them: the open ones, or all. */
export async function adminReports({ homeserver }: Pick<TestHomeserver, 'homeserver'>, all = false): Promise<Found> {
  return ((await runOperation(homeserver, 'report.list', { all })) as ResultOf<'report.list'>).reports;
}

export async function adminResolves({ homeserver }: Pick<TestHomeserver, 'homeserver'>, report: string): Promise<void> {
  await runOperation(homeserver, 'report.resolve', { report });
}
