import assert from 'node:assert/strict';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Following, followingOf } from '../federation/follower/following.ts';
import type { TestNetwork } from './federated.ts';
import { type Person, person } from './people.ts';
import { PuppetHub } from './puppet-hub.ts';
import type { TestHomeserver } from './start-homeserver.ts';
import { Watcher } from './watching.ts';

/** Bob of a real homeserver has joined the community of a puppet, and watches. */
export class FollowerScene implements Disposable {
  readonly home: TestHomeserver;
  readonly hub: PuppetHub;
  readonly bob: Person;
  readonly space: Space;
  readonly watcher: Watcher;

  private constructor(parts: Pick<FollowerScene, 'home' | 'hub' | 'bob' | 'space' | 'watcher'>) {
    this.home = parts.home;
    this.hub = parts.hub;
    this.bob = parts.bob;
    this.space = parts.space;
    this.watcher = parts.watcher;
  }

  /** `prepare` may write a history before anybody comes. */
  static async open(
    network: TestNetwork,
    home: TestHomeserver,
    prepare: (hub: PuppetHub) => void = () => undefined,
  ): Promise<FollowerScene> {
    const hub = await PuppetHub.open(network);
    prepare(hub);
    const bob = await person(home.url);
    const space = await bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
    const watcher = await Watcher.of(bob);
    await hub.untilLive();
    return new FollowerScene({ home, hub, bob, space, watcher });
  }

  /** The texts that bob reads in the channel, the newest hundred. */
  async reads(): Promise<string[]> {
    const params = { space: this.space.id, channel: this.hub.channel };
    const { messages } = await this.bob.client.call(listMessages, { params, query: { limit: 100 } });
    return messages.map(({ content }) => content);
  }

  /** Waits for the last one, and looks that bob was told exactly these since he came. */
  async sees(...contents: string[]): Promise<void> {
    await this.watcher.sees('message.created', ({ message }) => message.content === contents.at(-1));
    const seen = this.watcher.events.flatMap((event) =>
      event.t === 'message.created' ? [event.d.message.content] : [],
    );
    assert.deepEqual(seen, contents);
  }

  /** What an admin of the homeserver is shown of the hub. */
  shown(): Promise<Following> {
    return this.home.homeserver.database.read((reader) => followingOf(reader, this.hub.name));
  }

  async untilShown(which: (following: Following) => boolean): Promise<Following> {
    for (;;) {
      const following = await this.shown();
      if (which(following)) return following;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  [Symbol.dispose](): void {
    this.watcher[Symbol.dispose]();
  }
}
