import { checkAlone } from '@folkmoot/federation/check-lines.ts';
import type { LineEvent } from '@folkmoot/federation/chain.ts';
import type { ReportLetter } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { formatPosition, nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { KeyOf, PeerKeys } from '../follower/peer-keys.ts';

type Evidence = Pick<ReportLetter, 'space' | 'user' | 'lines'>;
type Proven = { stream: string; message: string };

/**
 * Which message the evidence of each report is, all of spaces of one hub; undefined where it does not prove that the reported user wrote
 * it. Keys are asked for once for all of them. [RPT-6]
 */
export async function checkReports(
  keys: Pick<PeerKeys, 'prepare'>,
  hub: string,
  reports: readonly Evidence[],
): Promise<(Proven | undefined)[]> {
  const lines = reports.flatMap((report) => report.lines);
  if (lines.length === 0) return reports.map(() => undefined);
  const keyOf = await keys.prepare(lines, hub, 'handed over');
  return reports.map((report) => provenBy(report, hub, keyOf));
}

function provenBy({ space, user, lines }: Evidence, hub: string, keyOf: KeyOf): Proven | undefined {
  const stream = streamOf(lines[0]);
  if (space === null || stream === undefined) return undefined;
  const events: LineEvent[] = [];
  for (const text of lines) {
    const line = checkAlone(text, { space, stream, hub, keyOf });
    if (!line.ok || line.kind !== 'event' || !line.event.payload) return undefined;
    const author = line.attribution === 'unattributed' ? nobody : line.event.payload.intent.actor;
    if (author !== user) return undefined;
    events.push(line.event);
  }
  const [first, ...edits] = events.map(({ envelope }) => envelope);
  if (first?.type !== 'message.create') return undefined;
  const message = formatPosition(first);
  const areEdits = edits.every(({ type, ref }) => type === 'message.update' && ref?.[0] === message);
  return areEdits ? { stream, message } : undefined;
}

/** Read before it is checked: the check compares it with what is signed. */
function streamOf(text: string | undefined): string | undefined {
  try {
    const { ev } = JSON.parse(text ?? '') as { ev?: { stream?: unknown } };
    return typeof ev?.stream === 'string' ? ev.stream : undefined;
  } catch {
    return undefined;
  }
}
