import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { engines } from '../../testing/engines.ts';
import { joinsFrom } from '../../testing/across.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { person, talkOf } from '../../testing/people.ts';
import { Watcher } from '../../testing/watching.ts';

for (const engine of engines) {
  test(`[FOL-1] [FOL-7] two homeservers on ${engine.name}: joining, the past, messages in both directions`, async (t) => {
    const [here, there] = [await engine.fresh(t), await engine.fresh(t)];
    if (!here || !there) return;
    await using network = await TestNetwork.open();
    const environment = (url: string | undefined): Record<string, string> => (url ? { FOLKMOOT_DATABASE: url } : {});
    const a = await network.homeserver({ environment: environment(here.url) });
    const b = await network.homeserver({ environment: environment(there.url) });
    const [alice, bob] = [await person(a.url), await person(b.url)];
    const space = await alice.founds('Engines');
    const first = await alice.says(space, 'the first');
    for (let n = 0; n < 120; n++) await alice.says(space, `${n}`);
    const joined = await joinsFrom(a.name, space, alice, bob);
    using atAlice = await Watcher.of(alice);
    using atBob = await Watcher.of(bob);
    const [fromBob, fromAlice] = [await bob.says(joined, 'from b'), await alice.says(space, 'from a')];
    await atAlice.seesMessage(fromBob.id, fromBob.channel);
    await atBob.seesMessage(fromAlice.id, fromAlice.channel);
    const query = { around: first.id, limit: 4 };
    const { messages } = await bob.client.call(listMessages, { params: talkOf(joined), query });
    assert.deepEqual(
      messages.map(({ content }) => content),
      ['the first', '0'],
    );
  });

  test(`[STR-16] [STR-24] a follower on ${engine.name} keeps what was wrong, and follows a new epoch`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    await using network = await TestNetwork.open();
    const b = await network.homeserver({ environment: data.url ? { FOLKMOOT_DATABASE: data.url } : {} });
    using at = await FollowerScene.open(network, b);
    const { hub } = at;
    const [one, two] = [hub.says('one'), hub.says('two')];
    hub.push(hub.channel, one, two);
    await at.sees('one', 'two');
    hub.streams.set(hub.channel, hub.streams.get(hub.channel)!.slice(0, -1));
    hub.push(hub.channel, hub.add(hub.channel, 'epoch.start', {}, { epoch: 2, seq: 0, prev: one.hash }));
    hub.push(hub.channel, hub.says('three'));
    await at.sees('one', 'two', 'three');
    const four = hub.write(hub.channel, 'message.create', { content: 'four' });
    hub.push(hub.channel, four.text.replace('{"ev":', '{ "ev":'));
    const { stopped } = await at.untilShown((following) => following.stopped.length > 0);
    assert.deepEqual(
      stopped.map(({ reason }) => reason),
      ['not_canonical'],
    );
    hub.put(hub.channel, four);
    await at.sees('one', 'two', 'three', 'four');
    await at.untilShown((following) => following.stopped.length === 0);
  });
}
