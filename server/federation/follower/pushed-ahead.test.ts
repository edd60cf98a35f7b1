import { after, before, test } from 'node:test';
import { FollowerScene } from '../../testing/follower-scene.ts';
import { TestNetwork } from '../../testing/federated.ts';

let network: TestNetwork;
let b: Awaited<ReturnType<TestNetwork['homeserver']>>;

before(async () => {
  network = await TestNetwork.open();
  b = await network.homeserver();
});
after(() => network[Symbol.asyncDispose]());

test('[FOL-6] what is pushed beyond the place that the hub named last is fetched with what is missing', async () => {
  using at = await FollowerScene.open(network, b);
  const { hub } = at;
  const refused = Promise.withResolvers<void>();
  const isEvents = (path: string) => path.endsWith(`/${hub.channel}/events`);
  hub.instead = (path) => {
    if (!isEvents(path)) return undefined;
    refused.resolve();
    return { status: 500, body: '{}' };
  };
  hub.says('one');
  hub.pushHeads();
  await refused.promise;
  hub.instead = (path, query) => void (isEvents(path) && query.set('limit', '1'));
  hub.push(hub.channel, hub.says('two'));
  await at.sees('one', 'two');
});
