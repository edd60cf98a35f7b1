import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { TestNetwork } from './federated.ts';
import { type Person, person } from './people.ts';
import { freePort, type TestHomeserver } from './start-homeserver.ts';

/** Joins with the link of another homeserver, at the own one. */
export async function joinsFrom(hub: string, space: Space, host: Person, guest: Person): Promise<Space> {
  const { code } = await host.client.call(createInvite, { params: { space: space.id }, body: {} });
  return guest.client.call(joinByInvite, { params: { code }, body: { via: hub } });
}

/** A homeserver that can be stopped and comes back at the same place with the same data. */
export class Restartable {
  readonly name: string;
  readonly url: string;
  readonly #network: TestNetwork;
  readonly #port: number;
  readonly folder: string;
  /** For the next start. */
  readonly environment: Record<string, string>;
  #running: TestHomeserver | undefined;

  private constructor(network: TestNetwork, port: number, folder: string, environment: Record<string, string>) {
    this.#network = network;
    this.#port = port;
    this.folder = folder;
    this.environment = environment;
    this.name = `127.0.0.1:${port}`;
    this.url = `https://${this.name}`;
  }

  static async start(network: TestNetwork, environment: Record<string, string> = {}): Promise<Restartable> {
    const folder = await mkdtemp(join(network.folder, 'data-'));
    const made = new Restartable(network, await freePort(), folder, environment);
    await made.start();
    return made;
  }

  /** While it runs. */
  get homeserver(): TestHomeserver['homeserver'] {
    if (!this.#running) throw new Error('it is stopped');
    return this.#running.homeserver;
  }

  async start(): Promise<void> {
    this.#running = await this.#network.homeserver({
      port: this.#port,
      folder: this.folder,
      environment: this.environment,
    });
  }

  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }
}

/** Alice owns a community at the hub, and bob of another homeserver is in it. */
export interface Across {
  network: TestNetwork;
  hub: Restartable;
  home: Restartable;
  alice: Person;
  bob: Person;
  /** As alice sees it. */
  space: Space;
}

export async function across(network: TestNetwork, environment?: Record<string, string>): Promise<Across> {
  const [hub, home] = [await Restartable.start(network, environment), await Restartable.start(network, environment)];
  const [alice, bob] = [await person(hub.url), await person(home.url)];
  const space = await alice.founds('Across');
  await joinsFrom(hub.name, space, alice, bob);
  return { network, hub, home, alice, bob, space };
}
