import { join } from 'node:path';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Restartable } from './across.ts';
import { backUp, putBack } from './backup.ts';
import type { TestNetwork } from './federated.ts';
import { type Person, person, talkOf } from './people.ts';
import { Puppet, type Said } from './puppet.ts';
import { PuppetUser } from './puppet-user.ts';

/** A hub that lost fewer than 200 messages, which a puppet kept. It waits for an admin. */
export class RestoredHub {
  readonly hub: Restartable;
  readonly alice: Person;
  readonly space: Space;
  readonly follower: Puppet;
  readonly bob: PuppetUser;
  /** All of the channel: its beginning, and what was said. */
  readonly lines: string[];

  private constructor(parts: Pick<RestoredHub, 'hub' | 'alice' | 'space' | 'follower' | 'bob' | 'lines'>) {
    this.hub = parts.hub;
    this.alice = parts.alice;
    this.space = parts.space;
    this.follower = parts.follower;
    this.bob = parts.bob;
    this.lines = parts.lines;
  }

  static async open(network: TestNetwork, texts: readonly string[]): Promise<RestoredHub> {
    const hub = await Restartable.start(network, { FOLKMOOT_RESTORE_WAIT: 'manual' });
    const alice = await person(hub.url);
    const space = await alice.founds('Hub');
    const follower = await Puppet.open(network);
    const { code } = await alice.client.call(createInvite, { params: { space: space.id }, body: {} });
    const bob = new PuppetUser(follower, 'bob');
    const joined = await follower.intends(hub.name, bob.joining(hub.name, space.id, code));
    if (joined['ok'] !== true) throw new Error('bob could not join');
    const [data, backup] = [join(hub.folder, 'data'), join(hub.folder, 'backup')];
    await hub.stop();
    await backUp(data, backup);
    await hub.start();
    for (const text of texts) await alice.says(space, text);
    const { channel } = talkOf(space);
    const { lines } = await follower.gets(hub.name, `/spaces/${space.id}/streams/${channel}/events?limit=200`);
    const made = new RestoredHub({ hub, alice, space, follower, bob, lines });
    await hub.stop();
    await putBack(backup, data);
    await hub.start();
    return made;
  }

  get path(): string {
    return `/spaces/${this.space.id}/streams/${talkOf(this.space).channel}`;
  }

  heals(texts: readonly string[], { puppet = this.follower, at = this.path } = {}): Promise<Said> {
    const body = texts.map((text) => `${text}\n`).join('');
    const target = `/federation/v1${at}/heal`;
    return puppet.says(this.hub.name, { method: 'POST', target, body, contentType: 'application/x-ndjson' });
  }
}

export const headOf = ({ body }: Said) => {
  const { epoch, seq } = body['head'] as { epoch: number; seq: number };
  return `${epoch}.${seq}`;
};
