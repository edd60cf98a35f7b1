import type { types } from 'mediasoup-client';
import { statsOf, wayOf } from './stats.ts';
import type { Quality } from './voice-now.ts';

const everyMs = 3_000;

interface Counted {
  received: number;
  lost: number;
}

/** Watches how good the connection is; returns what ends it. */
export function watchQuality(
  transports: { send: types.Transport; receive: types.Transport },
  tell: (quality: Quality | undefined) => void,
): () => void {
  let before: Counted = { received: 0, lost: 0 };
  const measure = async () => {
    const [there, back] = await Promise.all([transports.send.getStats(), transports.receive.getStats()]);
    const now = countOf(back);
    const [received, lost] = [now.received - before.received, now.lost - before.lost];
    before = now;
    const lossBack = received + lost > 0 ? Math.max(0, lost) / (received + lost) : 0;
    const pair = pairOf(back) ?? pairOf(there);
    tell(pair && qualityOf(pair.roundTrip, Math.max(lossBack, lossOfSent(there)), pair.way));
  };
  const timer = setInterval(() => void measure().catch(() => undefined), everyMs);
  return () => clearInterval(timer);
}

function qualityOf(roundTrip: number, loss: number, way: Quality['way']): Quality {
  const grade = loss > 0.08 || roundTrip > 400 ? 'poor' : loss > 0.02 || roundTrip > 200 ? 'fair' : 'good';
  return { grade, roundTrip, loss, way };
}

function countOf(report: RTCStatsReport): Counted {
  const incoming = statsOf(report).filter(({ type }) => type === 'inbound-rtp');
  const sum = (name: string) => incoming.reduce((all, one) => all + Number(one[name] ?? 0), 0);
  return { received: sum('packetsReceived'), lost: sum('packetsLost') };
}

function lossOfSent(report: RTCStatsReport): number {
  const told = statsOf(report).filter(({ type }) => type === 'remote-inbound-rtp');
  return Math.max(0, ...told.map((one) => Number(one['fractionLost'] ?? 0)));
}

function pairOf(report: RTCStatsReport): { roundTrip: number; way: Quality['way'] } | undefined {
  const all = statsOf(report);
  const pair = wayOf(all);
  if (!pair) return undefined;
  const local = all.find(({ id }) => id === pair['localCandidateId']);
  const way = local?.['candidateType'] === 'relay' ? 'relay' : local?.['protocol'] === 'tcp' ? 'tcp' : 'direct';
  return { roundTrip: Number(pair['currentRoundTripTime'] ?? 0) * 1000, way };
}
