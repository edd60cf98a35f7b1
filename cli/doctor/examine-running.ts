import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { type Finding, under } from './finding.ts';

/** What a running homeserver says of itself. */
export function examineRunning(status: ResultOf<'status'>): Finding[] {
  const { ok, warn, fail } = under('homeserver');
  const running = `running as process ${status.process}, version ${status.version}`;
  const findings = [
    status.read_only === null ? ok(running) : fail(`read-only: ${status.read_only}`, 'Its log says what to do.'),
  ];
  const ahead = Math.abs(status.now - Date.now());
  if (ahead > 5_000) findings.push(warn(`its clock is ${Math.round(ahead / 1000)} s away from this one`));
  return findings;
}
