import { peerCloseReport, peerListReports } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { createRateLimiter } from './base/rate-limit.ts';
import type { Federation } from './federation/federation.ts';
import type { Follower } from './federation/follower/follower.ts';
import { orRefusal } from './federation/follower/refusal-of.ts';
import { serversOfSpace } from './federation/hub/visibility-store.ts';
import { reportsChanged } from './moderation/keep-report.ts';
import type { ReportDesk } from './moderation/report-parts.ts';
import type { Database } from './storage/database.ts';
import type { Signals } from './streams/signals.ts';

interface Parts {
  federation: Pick<Federation, 'ask' | 'askLines' | 'tell'>;
  follower: Pick<Follower, 'onHeard'>;
  database: Pick<Database, 'read'>;
  signals: Pick<Signals, 'listen' | 'send'>;
  clock: Clock;
  log: Log;
}

const CHANGED = 'reports.changed';
/** How often a hub may make the moderators of one of its spaces look again. */
const hints = { hint: { rate: 0.5, burst: 20 } };

/** Reports of spaces whose moderators live elsewhere: here of those of other hubs, there of ours. [RPT-8] */
export function reportsNetwork({ federation, follower, database, signals, clock, log }: Parts): ReportDesk {
  signals.listen((signal) => {
    if (signal.kind !== 'shown' || signal.shown.t !== CHANGED) return;
    const { space } = signal.shown.d as { space: string };
    const tell = async () => {
      for (const { server, moderates } of await database.read((reader) => reader.all(serversOfSpace, { space })))
        if (moderates === 1) federation.tell({ space, user: nobody, kind: CHANGED, ts: clock.now() }, { only: server });
    };
    tell().catch((error: unknown) => log.debug({ err: error, space }, 'moderators elsewhere were not told'));
  });

  const limiter = createRateLimiter(hints, clock);
  follower.onHeard((_, items) => {
    for (const { kind, space } of items)
      if (kind === CHANGED && limiter.take('hint', space).ok) signals.send(reportsChanged(space));
  });

  return {
    async list(hub, { space, user }) {
      const asked = federation.askLines(hub, peerListReports, { params: { space }, query: { user } });
      const { header, lines } = await orRefusal(asked);
      let from = 0;
      const reports = header.reports.map((report) => {
        const own = lines.slice(from, from + report.lines);
        from += report.lines;
        return { ...report, lines: own };
      });
      return { reports, more: header.more };
    },
    async close(hub, { space, report, user, outcome }) {
      const params = { space, report };
      await orRefusal(federation.ask(hub, peerCloseReport, { params, body: { v: 1, user, outcome } }));
    },
  };
}
