import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { loadConfig } from '../base/config.ts';
import { person } from '../testing/people.ts';
import { type NetworkHomeserver, SpawnedNetwork } from '../testing/spawned-network.ts';
import { type Members, openForSeeding, seedMembers } from './crowd.ts';
import { percentile, type Report } from './report.ts';
import { seedHistory } from './seed-history.ts';

const FIRST = { members: 10, events: 100 };
const SMALL = { members: 10, events: 1_000 };
const LARGE = { members: 100_000, events: 1_000_000 };
const FOLLOWERS = 7;
const AIM = { ms: 500, flat: 1.3 };

/** The first screen of somebody whose homeserver is the first of its kind in a community: small, and very large. */
export async function run(): Promise<Report> {
  await using network = await SpawnedNetwork.open();
  const crowds: Members[] = [];
  const hub = await network.homeserver('hub', {
    async prepare(environment) {
      await using homeserver = await openForSeeding(loadConfig({ environment, folder: network.folder }).config);
      for (const { members, events } of [FIRST, SMALL, LARGE]) {
        const crowd = await seedMembers(homeserver, members);
        await seedHistory(homeserver, crowd, events - members);
        crowds.push(crowd);
      }
    },
  });
  const [first, small, large] = crowds as [Members, Members, Members];
  const times = { small: [] as number[], large: [] as number[] };
  for (let n = 0; n < FOLLOWERS; n++) {
    const follower = await network.homeserver(`f${n}`);
    const guest = await person(follower.direct, 'visitor');
    // The very first join of a process also loads code and reads keys; that is not what is compared.
    await timeJoin(guest.client, first, hub);
    // In turns, so that neither is always the one before the other.
    const both = [
      async () => times.small.push(await timeJoin(guest.client, small, hub)),
      async () => times.large.push(await timeJoin(guest.client, large, hub)),
    ];
    for (const join of n % 2 === 0 ? both : both.toReversed()) await join();
    await follower.stop();
  }
  const [smallMs, largeMs] = [percentile(times.small, 0.5), percentile(times.large, 0.5)];
  const ratio = largeMs / smallMs;
  return {
    name: 'join',
    ratio,
    aim: `first screen within ${AIM.ms} ms, and 1,000,000 events at most ${AIM.flat} × what 1,000 cost`,
    reached: largeMs <= AIM.ms && ratio <= AIM.flat,
    figures: {
      small_p50_ms: smallMs,
      large_p50_ms: largeMs,
      large_worst_ms: percentile(times.large, 1),
      large_members: LARGE.members,
      large_events: LARGE.events,
    },
  };
}

async function timeJoin(
  client: Awaited<ReturnType<typeof person>>['client'],
  { code, channel }: Members,
  hub: NetworkHomeserver,
): Promise<number> {
  const start = performance.now();
  const space = await client.call(joinByInvite, { params: { code }, body: { via: hub.name } });
  const params = { space: space.id, channel };
  const page = await client.call(listMessages, { params, query: { limit: 50 } });
  const time = performance.now() - start;
  if (page.messages.length === 0) throw new Error('the first screen is empty');
  return time;
}
