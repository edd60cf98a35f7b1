import type { types } from 'mediasoup';
import { type Climb, climb, start } from './climb.ts';

const LOOK_MS = 2_000;
/** A way that takes this much longer than before has a queue in it: no time to send more. */
const QUEUE_MS = 150;
const SOME = 0.05;

/**
 * Sends a player as much as arrives. mediasoup has fixed numbers for the header extensions by which a receiver tells how much fits through, and an
 * answer has to keep those of the offer: so for most players there is no bandwidth estimation, only the loss that receivers report.
 */
export async function followLoss(consumer: types.Consumer): Promise<void> {
  // A homeserver without calls never loads it.
  const { parseScalabilityMode } = await import('mediasoup');
  const ladder = ladderOf(consumer, parseScalabilityMode);
  if (ladder.length < 2) return;
  let now: Climb = start;
  const loss = new Loss();
  const look = async () => {
    const lost = loss.of(await consumer.getStats());
    if (lost === undefined || consumer.closed) return;
    const { rung } = now;
    now = climb(now, lost, ladder.length - 1, performance.now());
    if (now.rung !== rung) await consumer.setPreferredLayers(ladder[now.rung]!);
  };
  await consumer.setPreferredLayers(ladder[now.rung]!);
  // What is asked of a consumer while it is being closed fails.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS).unref();
  const stop = () => clearInterval(timer);
  if (consumer.closed) stop();
  else consumer.observer.once('close', stop);
}

/** From the least to the best; a single one where the sender makes no layers. */
function ladderOf(
  { type, rtpParameters: { encodings } }: types.Consumer,
  parse: (mode?: string) => types.ScalabilityMode,
): types.ConsumerLayers[] {
  if (type !== 'simulcast' && type !== 'svc') return [];
  const { spatialLayers, temporalLayers } = parse(encodings?.[0]?.scalabilityMode);
  const ladder: types.ConsumerLayers[] = [];
  for (let spatialLayer = 0; spatialLayer < spatialLayers; spatialLayer++)
    for (let temporalLayer = 0; temporalLayer < temporalLayers; temporalLayer++)
      ladder.push({ spatialLayer, temporalLayer });
  return ladder;
}

/** What a player says of the way to it. */
class Loss {
  #sent = 0;
  #missed = 0;
  #leastWay = Infinity;

  /** Share of packets that did not arrive since the last look; undefined as long as the player reported nothing. */
  of(stats: readonly (types.ConsumerStat | types.ProducerStat)[]): number | undefined {
    const stat = stats.find(({ type }) => type === 'outbound-rtp');
    if (stat?.roundTripTime === undefined) return undefined;
    const { packetCount, nackPacketCount, roundTripTime, fractionLost } = stat;
    const [sent, missed] = [packetCount - this.#sent, nackPacketCount - this.#missed];
    [this.#sent, this.#missed] = [packetCount, nackPacketCount];
    this.#leastWay = Math.min(this.#leastWay, roundTripTime);
    // Packets that are sent again count as arrived in what receivers report: so those that are asked for count here.
    const lost = Math.max(fractionLost / 256, sent > 0 ? missed / sent : 0);
    return roundTripTime > this.#leastWay + QUEUE_MS ? Math.max(lost, SOME) : lost;
  }
}
