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
  const proven =
    (await parts.check?.(
      hub,
      reports.map((report) => ({ ...report, space: at.space })),
    )) ?? [];
  return parts.database.read(async (reader) => {
    const shown: Report[] = [];
    for (const [index, { lines, user, from, ...rest }] of reports.entries()) {
      const place = proven[index];
      // A hub cannot say that somebody wrote what they did not write.
      const isProven = place?.stream === rest.channel && place.message === rest.message;
      const origin = from === parts.serverName ? null : from;
      shown.push({
        ...rest,
        user: await userSummaryOf(reader, user),
        from: origin,
        said: isProven ? saidByLines(lines) : [],
      });
    }
    return { reports: shown, more };
  });
}

export const closeAtHub = (
  parts: ReportParts,
  hub: string,
  closing: { space: string; user: string; report: string; outcome: 'resolved' | 'dismissed' },
): Promise<void> => requireDesk(parts).close(hub, closing);

function requireDesk({ desk }: ReportParts): ReportDesk {
  if (!desk) throw new Refusal('hub_away');
  return desk;
}
