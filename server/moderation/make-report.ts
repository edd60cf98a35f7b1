import { randomId } from '@folkmoot/federation/ids.ts';
import { type ReportLetter, reportLimits } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { ReportReason } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import { findUser } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import { requireChannelStanding, requireStanding } from '../spaces/standing.ts';
import { findSeenMember } from '../spaces/unlisted.ts';
import type { Tables } from '../storage/tables.ts';
import type { Reader, Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import { keepReport, type Place } from './keep-report.ts';
import type { ReportParts } from './report-parts.ts';
import { openReportBy } from './report-store.ts';

interface Complaint {
  reasons: ReportReason[];
  text?: string;
}

interface Subject {
  user: string;
  space: Tables['spaces'] | null;
  place: Place | null;
  lines: string[];
}

/** [RPT-1] */
export async function reportMessage(
  parts: ReportParts,
  reporter: string,
  at: { space: string; channel: string; message: string },
  complaint: Complaint,
): Promise<void> {
  await make(parts, reporter, complaint, async (reader) => {
    const { space } = await requireChannelStanding(reader, at.space, at.channel, reporter, parts.clock.now());
    const evidence = await parts.evidenceOf(reader, { ...at, lines: reportLimits.lines });
    if (!evidence) throw new Refusal('not_found');
    return {
      user: evidence.author,
      space,
      place: { stream: at.channel, message: at.message },
      lines: evidence.lines,
    };
  });
}

/** [RPT-2] */
export async function reportUser(
  parts: ReportParts,
  reporter: string,
  user: string,
  { space, ...complaint }: Complaint & { space?: string },
): Promise<void> {
  await make(parts, reporter, complaint, async (reader) => {
    if (user === reporter || !(await parts.isAcquainted(reader, reporter, user))) throw new Refusal('not_found');
    if (space === undefined) return { user, space: null, place: null, lines: [] };
    const standing = await requireStanding(reader, space, reporter, parts.clock.now());
    if (!(await findSeenMember(reader, space, user, standing))) throw new Refusal('not_found');
    return { user, space: standing.space, place: null, lines: [] };
  });
}

async function make(
  parts: ReportParts,
  reporter: string,
  { reasons, text }: Complaint,
  find: (reader: Reader) => Promise<Subject>,
): Promise<void> {
  const { commit, clock, signals, serverName: self } = parts;
  const told = await commit(async (tx): Promise<Shown[]> => {
    const { user, space, place, lines } = await find(tx);
    const about = { user, space: space?.id ?? '', place: place ? place.stream + place.message : '' };
    if (await tx.get(openReportBy, { reporter, ...about })) return [];
    const letter: ReportLetter = {
      v: 1,
      id: randomId('i_'),
      user,
      space: space?.id ?? null,
      hub: space?.hub ?? null,
      reasons,
      ...(text === undefined || text.trim() === '' ? {} : { text }),
      lines,
    };
    const isModerated = space !== null && space.hub === self && space.kind === 'community';
    const servers = await othersConcerned(tx, letter, self);
    for (const server of servers) await parts.send?.(tx, server, letter);
    const lists = isModerated ? (['moderators', 'admins'] as const) : (['admins'] as const);
    return keepReport(tx, { letter, place, origin: '', reporter, lists, now: clock.now() });
  });
  for (const shown of told) signals.send(shown);
}

/** The hub and the home of the reported user, as far as they are other homeservers. */
async function othersConcerned(tx: Writer, { user, hub }: ReportLetter, self: string): Promise<Set<string>> {
  const home = user === nobody ? null : ((await tx.get(findUser, { id: user }))?.home ?? null);
  const servers = new Set([hub, home].filter((server) => server !== null));
  servers.delete(self);
  return servers;
}
