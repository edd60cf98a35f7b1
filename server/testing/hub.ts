import assert from 'node:assert/strict';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { TestNetwork } from './federated.ts';
import { type Person, person, talkOf } from './people.ts';
import { Puppet } from './puppet.ts';
import { PuppetUser } from './puppet-user.ts';

/** A hub with a community of alice, and a puppet homeserver whose user bob has joined it. */
export class TestHub implements AsyncDisposable {
  readonly network: TestNetwork;
  readonly a: Awaited<ReturnType<TestNetwork['homeserver']>>;
  readonly alice: Person;
  readonly space: Space;
  readonly puppet: Puppet;
  readonly bob: PuppetUser;

  private constructor(parts: Pick<TestHub, 'network' | 'a' | 'alice' | 'space' | 'puppet'>) {
    this.network = parts.network;
    this.a = parts.a;
    this.alice = parts.alice;
    this.space = parts.space;
    this.puppet = parts.puppet;
    this.bob = new PuppetUser(parts.puppet, 'bob');
  }

  static async open(environment: Record<string, string> = {}): Promise<TestHub> {
    const network = await TestNetwork.open();
    const a = await network.homeserver({ environment });
    const alice = await person(a.url, 'alice');
    const hub = new TestHub({
      network,
      a,
      alice,
      space: await alice.founds('Hub'),
      puppet: await Puppet.open(network),
    });
    await hub.joins(hub.bob);
    return hub;
  }

  get talk() {
    return talkOf(this.space);
  }

  /** The code of a new one. */
  async invite(space = this.space): Promise<string> {
    const { code } = await this.alice.client.call(createInvite, { params: { space: space.id }, body: {} });
    return code;
  }

  async joins(user: PuppetUser, space = this.space): Promise<Record<string, unknown>> {
    const intent = user.joining(this.a.name, space.id, await this.invite(space));
    const result = await user.puppet.intends(this.a.name, intent);
    assert.equal(result['ok'], true, JSON.stringify(result));
    return result;
  }

  /** A path below the federation API, asked by the puppet. */
  gets(path: string, puppet = this.puppet) {
    return puppet.gets(this.a.name, path);
  }

  streamPath(stream: string, rest = 'events'): string {
    return `/spaces/${this.space.id}/streams/${stream}/${rest}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.network[Symbol.asyncDispose]();
  }
}
