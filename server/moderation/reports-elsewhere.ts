import type { PeerReport } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import type { Report } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { ReportDesk, ReportParts } from './report-parts.ts';
import { saidByLines } from './said-in.ts';

/** The reports of a space of another homeserver, as far as its hub lets one of our users read them. [RPT-8] */
export async function listAtHub(
  parts: ReportParts,
  hub: string,
  at: { space: string; user: string },
): Promise<{ reports: Report[]; more: boolean }> {
  const { reports, more } = await requireDesk(parts).list(hub, at);
  // Together: one whose author lives where nobody answers keeps the others waiting no longer than itself.
  const said = await Promise.all(reports.map((report) => provenBy(parts, hub, at.space, report)));
  return parts.database.read(async (reader) => {
    const shown: Report[] = [];
    for (const [index, { lines: _lines, user, from, ...rest }] of reports.entries()) {
      const origin = from === parts.serverName ? null : from;
      shown.push({ ...rest, user: await userSummaryOf(reader, user), from: origin, said: said[index] ?? [] });
    }
    return { reports: shown, more };
  });
}

export const closeAtHub = (
  parts: ReportParts,
  hub: string,
  closing: { space: string; user: string; report: string; outcome: 'resolved' | 'dismissed' },
): Promise<void> => requireDesk(parts).close(hub, closing);

/** A hub cannot say that somebody wrote what they did not write. */
async function provenBy(
  { check }: ReportParts,
  hub: string,
  space: string,
  { user, channel, message, lines }: Omit<PeerReport, 'lines'> & { lines: string[] },
): Promise<string[]> {
  const place = lines.length === 0 ? undefined : await check?.({ space, hub, user, lines });
  return place && place.stream === channel && place.message === message ? saidByLines(lines) : [];
}

function requireDesk({ desk }: ReportParts): ReportDesk {
  if (!desk) throw new Refusal('hub_away');
  return desk;
}
