import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { getSpace, updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { createChannel, updateChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import {
  addReaction,
  deleteMessage,
  editMessage,
  listMessages,
  sendMessage,
} from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { joinsFrom, Restartable } from '../testing/across.ts';
import { backUp, putBack } from '../testing/backup.ts';
import { TestNetwork } from '../testing/federated.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';
import { readCopy, requireEqual } from './chaos/chains.ts';

let network: TestNetwork;
before(async () => (network = await TestNetwork.open()));
after(() => network[Symbol.asyncDispose]());

/** Alice owns a community at the hub, bob of another homeserver is in it; the hub was backed up after their first words. */
class Scene {
  readonly hub: Restartable;
  readonly home: Restartable;
  readonly alice: Person;
  readonly bob: Person;
  readonly space: Space;
  readonly #backup: string;

  private constructor(parts: Pick<Scene, 'hub' | 'home' | 'alice' | 'bob' | 'space'>) {
    this.hub = parts.hub;
    this.home = parts.home;
    this.alice = parts.alice;
    this.bob = parts.bob;
    this.space = parts.space;
    this.#backup = join(parts.hub.folder, 'backup');
  }

  /** `restoreWait`: how long the hub waits for what its followers kept. */
  static async open(restoreWait = '1'): Promise<Scene> {
    const hub = await Restartable.start(network, { FOLKMOOT_RESTORE_WAIT: restoreWait });
    const home = await Restartable.start(network, { FOLKMOOT_RESTORE_WAIT: '1' });
    const [alice, bob] = [await person(hub.url), await person(home.url)];
    const space = await alice.founds('Across');
    await joinsFrom(hub.name, space, alice, bob);
    const scene = new Scene({ hub, home, alice, bob, space });
    await alice.says(space, 'before');
    await scene.until(bob, (texts) => texts.includes('before'));
    await hub.stop();
    await backUp(join(hub.folder, 'data'), scene.#backup);
    await hub.start();
    return scene;
  }

  async restoreHub(): Promise<void> {
    await this.hub.stop();
    await putBack(this.#backup, join(this.hub.folder, 'data'));
    await this.hub.start();
  }

  async untilWritable(): Promise<void> {
    while ((await fetch(`${this.hub.url}/readyz`)).status !== 200) await wait(50);
  }

  async read(who: Person): Promise<Message[]> {
    return (await who.client.call(listMessages, { params: talkOf(this.space), query: { limit: 100 } })).messages;
  }

  async until(who: Person, which: (texts: string[]) => boolean): Promise<Message[]> {
    for (;;) {
      const messages = await this.read(who);
      if (which(messages.filter(({ orphaned }) => !orphaned).map(({ content }) => content))) return messages;
      await wait(50);
    }
  }

  /** Every line that both have is the same, and both are at the same place. */
  async requireSameChains(): Promise<void> {
    await this.hub.stop();
    await this.home.stop();
    const [one, other] = await Promise.all([this.hub, this.home].map(({ folder }) => readCopy(join(folder, 'data'))));
    requireEqual(one!, other!);
  }
}

test('[HEAL-1] [HEAL-3] [EPO-1] a hub that was restored from a backup gets back from its followers all that they had, unchanged (F157)', async () => {
  const scene = await Scene.open('manual');
  const { alice, bob, space, hub, home } = scene;
  const [{ id: edited }] = (await scene.read(alice)) as [Message];
  await alice.client.call(editMessage, { params: { ...talkOf(space), message: edited }, body: { content: 'before!' } });
  await bob.says(space, 'from bob');
  const { id: doomed } = await alice.says(space, 'doomed');
  await alice.client.call(deleteMessage, { params: { ...talkOf(space), message: doomed } });
  const added = await alice.client.call(createChannel, {
    params: { space: space.id },
    body: { kind: 'text', name: 'second' },
  });
  const second = { space: space.id, channel: added.id };
  await alice.client.call(sendMessage, { params: second, body: { content: 'in a new channel' } });
  await alice.says(space, 'the last');
  const known = await scene.until(bob, (texts) => texts.includes('the last'));
  const inSecond = async () => (await bob.client.call(listMessages, { params: second, query: {} })).messages.length;
  while ((await inSecond().catch(() => 0)) === 0) await wait(50);

  await scene.restoreHub();
  await assert.rejects(alice.says(space, 'too early'), { code: 'read_only' });
  const { restoration } = hub.homeserver;
  assert.equal(restoration.isActive, true);
  while (!restoration.status().heard.includes(home.name)) await wait(50);
  await restoration.finish();
  await scene.untilWritable();
  const healed = await scene.read(alice);
  assert.deepEqual(
    healed.map(({ id, content, author }) => [id, content, author.id]),
    known.map(({ id, content, author }) => [id, content, author.id]),
  );
  assert.ok(restoration.status().healed > 0);
  const { id } = await alice.says(space, 'going on');
  assert.equal(id, '2.1');
  const { messages } = await alice.client.call(listMessages, { params: second, query: {} });
  assert.deepEqual(
    messages.map(({ content }) => content),
    ['in a new channel'],
  );
  const seen = await scene.until(bob, (texts) => texts.includes('going on'));
  assert.ok(seen.every(({ orphaned }) => !orphaned));
  const { id: bobs } = await bob.says(space, 'me too');
  assert.equal(bobs, '2.2');
  await scene.requireSameChains();
});

test('[EPO-1] [EPO-4] [EPO-5] what no follower could hand back in time is marked there, and what its own users said is said again (F157, F111)', async () => {
  const scene = await Scene.open();
  const { alice, bob, space, home } = scene;
  const [{ id: first }] = (await scene.read(alice)) as [Message];
  await alice.client.call(editMessage, { params: { ...talkOf(space), message: first }, body: { content: 'changed' } });
  await alice.client.call(addReaction, { params: { ...talkOf(space), message: first, emoji: '🎉' } });
  const { id: lost } = await alice.says(space, 'lost for ever');
  const { id: bobs, intent } = await bob.says(space, 'of bob');
  await scene.until(bob, (texts) => texts.includes('changed') && texts.includes('lost for ever'));
  await home.stop();
  await scene.restoreHub();
  await scene.untilWritable();
  assert.deepEqual(
    (await scene.read(alice)).map(({ content }) => content),
    ['before'],
  );
  await alice.says(space, 'going on');
  await home.start();
  using watcher = await Watcher.of(bob);
  const seen = await scene.until(bob, (texts) => texts.includes('going on') && texts.includes('of bob'));
  assert.deepEqual(
    seen.map(({ id, content, orphaned = false }) => [id, content, orphaned]),
    [
      [first, 'before', false],
      [lost, 'lost for ever', true],
      ['2.1', 'going on', false],
      ['2.2', 'of bob', false],
    ],
  );
  assert.notEqual(bobs, '2.2');
  assert.equal(seen.at(-1)?.intent, intent);
  assert.deepEqual(seen[0]?.reactions, []);
  assert.equal(seen[0]?.edited, null);
  await scene.until(alice, (texts) => texts.includes('of bob'));
  await watcher.until(() => watcher.state);
  await bob.says(space, 'all is well');
  await scene.requireSameChains();
});

test('[EPO-4] what was decided in the whole space since the backup is undone at followers, too (F157, F111)', async () => {
  const scene = await Scene.open();
  const { alice, bob, space, hub, home } = scene;
  const params = { space: space.id };
  const late = await person(home.url);
  await alice.client.call(updateSpace, { params, body: { name: 'Renamed' } });
  const { id: added } = await alice.client.call(createChannel, { params, body: { kind: 'text', name: 'second' } });
  const { code } = await alice.client.call(createInvite, { params, body: {} });
  await late.client.call(joinByInvite, { params: { code }, body: { via: hub.name } });
  const [talk] = space.channels.filter(({ kind }) => kind === 'text');
  await alice.client.call(updateChannel, {
    params: { ...params, channel: talk!.id },
    body: { topic: 'Of what there was' },
  });
  await alice.says(space, 'lost');
  await scene.until(bob, (texts) => texts.includes('lost'));
  const of = ({ state }: Watcher) => state?.spaces.find(({ id }) => id === space.id);
  const opened = () => bob.client.call(getSpace, { params });
  while (!(await opened()).channels.some(({ id }) => id === added)) await wait(50);
  assert.equal((await opened()).name, 'Renamed');

  await home.stop();
  await scene.restoreHub();
  await scene.untilWritable();
  await home.start();
  using his = await Watcher.of(bob);
  await alice.says(space, 'going on');
  await his.until(() => of(his)?.name === 'Across');
  await scene.until(bob, (texts) => texts.includes('going on'));
  using hers = await Watcher.of(alice);
  const summary = (found: Space | undefined) =>
    found && [found.name, found.channels.map(({ id, topic }) => [id, topic])];
  await his.until(() => isDeepStrictEqual(summary(of(his)), summary(of(hers))));
  // Whose joining was lost together with the invite is out; everybody else is as before.
  using lost = await Watcher.of(late);
  await lost.until(() => lost.state?.spaces.length === 0);
  await bob.says(space, 'still here');
  await scene.until(alice, (texts) => texts.includes('still here'));
  await scene.requireSameChains();
});

test('[STR-24] a follower that was restored from its own backup reads on from there, and its users lose nothing that arrived', async () => {
  const scene = await Scene.open();
  const { alice, bob, space, home } = scene;
  const [data, backup] = [join(home.folder, 'data'), join(home.folder, 'backup')];
  await home.stop();
  await backUp(data, backup);
  await home.start();
  await alice.says(space, 'meanwhile');
  await bob.says(space, 'from bob');
  await scene.until(bob, (texts) => texts.includes('meanwhile') && texts.includes('from bob'));
  await home.stop();
  await putBack(backup, data);
  await home.start();
  const seen = await scene.until(bob, (texts) => texts.includes('from bob'));
  assert.deepEqual(
    seen.map(({ content, orphaned = false }) => [content, orphaned]),
    [
      ['before', false],
      ['meanwhile', false],
      ['from bob', false],
    ],
  );
  while ((await fetch(`${home.url}/readyz`)).status !== 200) await wait(50);
  await bob.says(space, 'and again');
  await scene.until(alice, (texts) => texts.includes('and again'));
  await scene.requireSameChains();
});

test('[EPO-2] the same backup put back twice uses no number twice (F157)', async () => {
  const scene = await Scene.open();
  const { alice, space, home } = scene;
  await home.stop();
  const ids: string[] = [];
  for (const text of ['one', 'two', 'three']) {
    ids.push((await alice.says(space, text)).id);
    await scene.restoreHub();
    await scene.untilWritable();
  }
  ids.push((await alice.says(space, 'four')).id);
  assert.deepEqual(ids, ['1.2', '2.1', '3.1', '4.1']);
  await home.start();
  const seen = await scene.until(scene.bob, (texts) => texts.includes('four'));
  assert.deepEqual(
    seen.map(({ content }) => content),
    ['before', 'four'],
  );
  await scene.requireSameChains();
});
