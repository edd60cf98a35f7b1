import { peerCloseReport, peerListReports, reportLimits } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { Refusal } from '../../base/errors.ts';
import type { RateLimiter } from '../../base/rate-limit.ts';
import type { Database, Reader } from '../../storage/database.ts';
import type { Committer } from '../../streams/committer.ts';
import type { Signals } from '../../streams/signals.ts';
import { bindPeer, Lines, type PeerBinding } from '../endpoint.ts';
import { type FederationLimit, requireTurn } from '../limits.ts';
import type { HubPorts, KeptReport } from './hub-ports.ts';
import { requireServerIn } from './space-access.ts';

export interface ReportBindingsParts {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  limiter: RateLimiter<FederationLimit>;
  signals: Pick<Signals, 'send'>;
  ports: Pick<HubPorts, 'homeOf' | 'openReports' | 'closeReport'>;
}

/** Moderators of other homeservers look after the reports of a space of this one. [RPT-8] */
export function reportBindings({ database, committer, limiter, signals, ports }: ReportBindingsParts): PeerBinding[] {
  const requireItsUser = async (reader: Reader, space: string, user: string, server: string) => {
    await requireServerIn(reader, space, server);
    if ((await ports.homeOf(reader, user)) !== server) throw new Refusal('not_found');
  };

  return [
    bindPeer(peerListReports, async ({ server, params: { space }, query: { user } }) => {
      requireTurn(limiter, 'moderation', `${server} ${user}`);
      const { reports, more } = await database.read(async (reader) => {
        await requireItsUser(reader, space, user, server);
        return hidingWhy(ports.openReports(reader, space, user));
      });
      const page = firstOf(reports);
      const header = page.map(({ lines, ...report }) => ({ ...report, lines: lines.length }));
      const lines = page.flatMap((report) => report.lines);
      return new Lines(lines, { v: 1 as const, reports: header, more: more || page.length < reports.length });
    }),

    bindPeer(peerCloseReport, async ({ server, params, value: { user, outcome } }) => {
      requireTurn(limiter, 'moderation', `${server} ${user}`);
      const told = await committer.commit(async (tx) => {
        await requireItsUser(tx, params.space, user, server);
        return hidingWhy(ports.closeReport(tx, { ...params, user, outcome }));
      });
      if (told) signals.send(told);
      return { v: 1 as const };
    }),
  ];
}

/** Whether somebody is a member without the permission is not for their homeserver to find out here. */
async function hidingWhy<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'missing_permission') throw new Refusal('not_found');
    throw error;
  }
}

function firstOf(reports: readonly KeptReport[]): KeptReport[] {
  const page: KeptReport[] = [];
  const { listBytes, headerBytes } = reportLimits;
  let bytes = 0;
  let header = 0;
  for (const report of reports) {
    bytes += report.lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    header += Buffer.byteLength(JSON.stringify({ ...report, lines: report.lines.length })) + 1;
    if (page.length > 0 && (bytes > listBytes || header > headerBytes)) break;
    page.push(report);
  }
  return page;
}
