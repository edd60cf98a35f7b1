import { importPublicKey } from '@folkmoot/federation/keys.ts';
import { loadConfig } from '../base/config.ts';
import { timeFollower } from './catch-up.ts';
import { openForSeeding } from './crowd.ts';
import type { Report } from './report.ts';
import { type Guests, seedGuestHistory, seedGuests } from './seed-remote.ts';

const LINES = 20_000;

/** The same with people of a third homeserver, so that each line has two signatures. */
export function run(): Promise<Report> {
  return timeFollower('federated-throughput', async (hub, crowd, network) => {
    let guests: Guests | undefined;
    await network.homeserver('home', {
      async prepare(environment) {
        await using home = await openForSeeding(loadConfig({ environment, folder: network.folder }).config);
        guests = await seedGuests(home, 20);
      },
    });
    await seedGuestHistory(hub, crowd, guests as Guests, LINES);
    return importPublicKey((guests as Guests).key.publicJwk);
  });
}
