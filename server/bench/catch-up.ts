import { loadConfig } from '../base/config.ts';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { person } from '../testing/people.ts';
import { SpawnedNetwork } from '../testing/spawned-network.ts';
import { Watcher } from '../testing/watching.ts';
import { type Members, openForSeeding, seedMembers } from './crowd.ts';
import { rawChecks } from './raw-checks.ts';
import type { PublicKey } from '@folkmoot/federation/keys.ts';
import type { Homeserver } from '../app.ts';
import type { Report } from './report.ts';
import { seedHistory } from './seed-history.ts';

const LINES = 20_000;
const AIM = { perSecond: 2_000, ratio: 0.5 };

/** A follower that was away while people of the hub wrote, edited and reacted. */
export function run(): Promise<Report> {
  return timeFollower('catch-up', async (hub, crowd) => {
    await seedHistory(hub, crowd, LINES);
    return undefined;
  });
}

/** How fast a follower verifies and applies 20,000 lines that were written while it was away, against the checks alone. */
export async function timeFollower(
  name: string,
  write: (hub: Homeserver, crowd: Members, network: SpawnedNetwork) => Promise<PublicKey | undefined>,
): Promise<Report> {
  await using network = await SpawnedNetwork.open();
  const seed = async (environment: Record<string, string>) =>
    openForSeeding(loadConfig({ environment, folder: network.folder }).config);
  let crowd: Members | undefined;
  let settings: Record<string, string> = {};
  const hub = await network.homeserver('hub', {
    async prepare(environment) {
      settings = environment;
      await using homeserver = await seed(environment);
      crowd = await seedMembers(homeserver, 20);
    },
  });
  const follower = await network.homeserver('follower');
  const { space, channel, code, tokens } = crowd as Members;
  const guest = await person(follower.direct, 'visitor');
  await guest.client.call(joinByInvite, { params: { code }, body: { via: hub.name } });
  await follower.stop();
  await hub.stop();
  const raw = await (async () => {
    await using homeserver = await seed(settings);
    const home = await write(homeserver, crowd as Members, network);
    return rawChecks(homeserver, space, channel, home);
  })();
  await hub.start();
  await follower.start();
  const start = performance.now();
  using watcher = await Watcher.of(guest.at(follower.direct));
  const owner = createHttpClient({ baseUrl: hub.direct, tokens: { token: tokens[0] ?? '' } });
  const last = await owner.call(sendMessage, { params: { space, channel }, body: { content: 'the end' } });
  await watcher.seesMessage(last.id, channel);
  const perSecond = LINES / ((performance.now() - start) / 1_000);
  return {
    name,
    ratio: perSecond / raw,
    aim: `≥ ${AIM.perSecond} lines/s verified and applied, ≥ ${AIM.ratio} of the checks alone`,
    reached: perSecond >= AIM.perSecond && perSecond / raw >= AIM.ratio,
    figures: { lines_per_second: perSecond, checks_alone_per_second: raw, lines: LINES },
  };
}
