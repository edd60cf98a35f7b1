import type { PeerReport, ReportLetter } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
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
  /** Which message the lines of each report of one hub are, once they are checked; undefined where they prove nothing. */
  check?: ((hub: string, reports: readonly Evidence[]) => Promise<(Place | undefined)[]>) | undefined;
  /** The reports of other hubs; absent where this homeserver talks with no other. */
  desk?: ReportDesk | undefined;
}

export type Evidence = Pick<ReportLetter, 'space' | 'user' | 'lines'>;

/** What moderators of this homeserver ask of other hubs. Throws Refusal `hub_away` and what the hub refuses with. */
export interface ReportDesk {
  list(
    hub: string,
    at: { space: string; user: string },
  ): Promise<{ reports: (Omit<PeerReport, 'lines'> & { lines: string[] })[]; more: boolean }>;
  close(
    hub: string,
    closing: { space: string; user: string; report: string; outcome: 'resolved' | 'dismissed' },
  ): Promise<void>;
}
