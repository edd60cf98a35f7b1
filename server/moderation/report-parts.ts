import type { ReportLetter } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import type { Clock } from '../base/clock.ts';
import type { Database, Reader, Writer } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import type { Signals } from '../streams/signals.ts';
import type { Place } from './keep-report.ts';

/** What reports need of the other parts of the homeserver. */
export interface ReportParts {
  database: Pick<Database, 'read'>;
  commit: Committer['commit'];
  clock: Clock;
  signals: Pick<Signals, 'send'>;
  serverName: string;
  /** Author and signed lines of a message, with its newest edits; undefined where it is not there any more. */
  evidenceOf(
    reader: Reader,
    at: { space: string; channel: string; message: string; lines: number },
  ): Promise<{ author: string; lines: string[] } | undefined>;
  /** Whether a user may know of another one. */
  isAcquainted(reader: Reader, user: string, other: string): Promise<boolean>;
  /** Absent where this homeserver talks with no other. */
  send?: ((tx: Writer, server: string, letter: ReportLetter) => Promise<void>) | undefined;
  /** Which message the lines of a letter are, once they are checked; undefined where they prove nothing. */
  check?: ((letter: ReportLetter) => Promise<Place | undefined>) | undefined;
}
