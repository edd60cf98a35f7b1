import { randomId } from '@folkmoot/federation/ids.ts';
import { type ReportLetter, reportLimits } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import { expireReports, insertReport, openOfSpace, type ReportRow } from './report-store.ts';

/** Where a reported message is. */
export interface Place {
  stream: string;
  message: string;
}

interface Received {
  letter: ReportLetter;
  place: Place | null;
  /** Homeserver that sent it, '' for this one. */
  origin: string;
  reporter: string | null;
  lists: readonly ReportRow['list'][];
  now: number;
}

/** Puts a report on the lists of this homeserver. Says who is to look at theirs again. */
export async function keepReport(tx: Writer, received: Received): Promise<Shown[]> {
  const { letter, place, origin, reporter, lists, now } = received;
  await closeOldReports(tx, now);
  const told: Shown[] = [];
  for (const list of lists) {
    const { space } = letter;
    if (list === 'moderators' && space !== null) {
      const { count } = (await tx.get(openOfSpace, { space })) ?? { count: 0 };
      if (Number(count) >= limits.openReportsPerSpace) continue;
      told.push(reportsChanged(space));
    }
    await tx.run(insertReport, {
      id: randomId('q_'),
      list,
      origin,
      letter: letter.id,
      reporter,
      user: letter.user,
      space,
      hub: letter.hub,
      stream: place?.stream ?? null,
      message: place?.message ?? null,
      reasons: JSON.stringify(letter.reasons),
      text: letter.text ?? '',
      lines: JSON.stringify(letter.lines),
      ts: now,
    });
  }
  return told;
}

/** Evidence is not kept for ever, whoever forgot to look at it. [RPT-7] */
export async function closeOldReports(tx: Writer, now: number): Promise<void> {
  await tx.run(expireReports, { before: now - reportLimits.keptMs, now });
}

export const reportsChanged = (space: string): Shown => ({
  audience: { to: 'permission', space, permission: 'member.ban' },
  isForHere: true,
  t: 'reports.changed',
  d: { space },
});
