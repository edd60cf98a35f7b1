import { type ExpectedStream, type Stop, verifyLine } from './chain.ts';
import type { Cursor } from './schemas.ts';

export type ChainReport = {
  lines: number;
  hidden: number;
  erased: number;
  mismatched: number;
  unattributed: number;
  /** Place of the last line that passed. */
  head: Cursor | null;
  /** Why reading stopped, and at which line (from 1); absent where the whole chain holds. */
  stop?: Stop & { line: number };
};

/** Reads a stream's lines (without their LF) to the end or to the first that breaks it. */
export async function verifyChain(
  lines: Iterable<string> | AsyncIterable<string>,
  expected: ExpectedStream,
  from: Cursor | null = null,
): Promise<ChainReport> {
  const report: ChainReport = { lines: 0, hidden: 0, erased: 0, mismatched: 0, unattributed: 0, head: from };
  for await (const line of lines) {
    report.lines++;
    const checked = verifyLine(line, report.head, expected);
    if (!checked.ok) return { ...report, stop: { ...checked, line: report.lines } };
    report.head = checked.cursor;
    if (checked.kind === 'hidden') report.hidden++;
    else if (checked.payload === 'erased') report.erased++;
    else if (checked.payload === 'mismatch') report.mismatched++;
    else if (checked.attribution === 'unattributed') report.unattributed++;
  }
  return report;
}
