import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../bench/report.ts';
import { Flooder } from '../testing/bogus-signatures.ts';
import { TestNetwork } from '../testing/federated.ts';
import { person } from '../testing/people.ts';
import { Puppet } from '../testing/puppet.ts';
import { freePort, spawnHomeserver } from '../testing/start-homeserver.ts';

/** The short form of everyday, which does not look at the time; `npm run chaos:flood` for the long one. */
const seconds = Number(process.env['FOLKMOOT_TEST_FLOOD'] ?? 0);
const PER_SECOND = 200;
const SERVERS = 4;
/** Between two looks at the same key document; timers of two processes may differ a little. */
const MINUTE = 59_000;
const LONGEST_WAIT = 500;

test('[KEY-5] [SIG-4] 200 bogus requests a second ask each server once a minute and keep nobody waiting (F24)', async (t) => {
  await using network = await TestNetwork.open();
  const port = await freePort();
  const name = `127.0.0.1:${port}`;
  await using a = await spawnHomeserver({ environment: await network.settingsFor(port), rateLimits: true });
  const [honest, ada] = [await Puppet.open(network), await person(a.url)];
  const space = await ada.founds('Under fire');
  const flooders = await Promise.all(
    Array.from({ length: SERVERS }, (_, n) => Flooder.open(network, `127.0.0.${2 + n}`)),
  );
  for (const puppet of [honest, ...flooders.map((flooder) => flooder.puppet)])
    assert.equal((await puppet.says(name)).status, 200);

  const waited: number[] = [];
  const takes = async (work: Promise<unknown>) => {
    const begin = performance.now();
    await work;
    waited.push(performance.now() - begin);
  };
  const until = performance.now() + (seconds || 3) * 1_000;
  const flood = Promise.all(flooders.map((flooder) => flooder.flood(name, PER_SECOND / SERVERS, until)));
  while (performance.now() < until) {
    await takes(honest.says(name).then(({ status }) => assert.equal(status, 200)));
    await takes(ada.reads(space));
    await wait(50);
  }
  await flood;

  const sent = flooders.reduce((sum, flooder) => sum + flooder.sent, 0);
  const p99 = percentile(waited, 0.99);
  t.diagnostic(`${sent} bogus requests; of ${waited.length} honest ones 99 % took at most ${p99.toFixed(1)} ms`);
  for (const { fetched, answers } of flooders) {
    assert.deepEqual([...answers.keys()], [401]);
    for (const [n, at] of fetched.slice(2).entries())
      assert.ok(at - fetched[n + 1]! >= MINUTE, `asked again after ${at - fetched[n + 1]!} ms`);
  }
  if (seconds === 0) return;
  assert.ok(sent >= 0.9 * PER_SECOND * seconds, `only ${sent} bogus requests were sent`);
  assert.ok(p99 < LONGEST_WAIT, `1 % of the honest requests took more than ${p99} ms`);
});
