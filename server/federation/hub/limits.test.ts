import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { manualClock } from '../../base/clock.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { person, talkOf } from '../../testing/people.ts';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { Puppet } from '../../testing/puppet.ts';
import { PuppetUser } from '../../testing/puppet-user.ts';

test('[INT-4] a user of another homeserver says no more in a moment than an own one may', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver({ rateLimits: true, clock: manualClock(Date.now()) });
  const alice = await person(a.url, 'alice');
  const space = await alice.founds('Calm');
  const puppet = await Puppet.open(network);
  const loud = new PuppetUser(puppet, 'loud');
  const { code } = await alice.client.call(createInvite, { params: { space: space.id }, body: {} });
  const { channel } = talkOf(space);
  assert.equal((await puppet.intends(a.name, loud.joining(a.name, space.id, code)))['ok'], true);
  const batch = () =>
    Array.from({ length: 50 }, (_, at) =>
      loud.intent(a.name, space.id, channel, 'message.create', { content: `${at}` }),
    );
  const results: { ok: boolean; code?: string; retry?: number }[] = [];
  for (let at = 0; at < 3; at++)
    results.push(...((await puppet.sends(a.name, batch())).body['results'] as typeof results));
  const refused = results.filter(({ ok }) => !ok);
  assert.ok(refused.length >= 50, String(refused.length));
  assert.ok(refused.every((result) => result.code === 'rate_limited' && (result.retry ?? 0) > 0));
});

test('[LIVE-1] [PPL-5] who connects again and again, or writes letters without end, is told to wait', async () => {
  await using network = await TestNetwork.open();
  const a = await network.homeserver({ rateLimits: true, clock: manualClock(Date.now()) });
  const puppet = await Puppet.open(network);
  const opened = [];
  for (let at = 0; at < 35; at++) opened.push(await puppet.opensLive(a.name));
  assert.ok(opened.includes(429));
  for (const socket of opened) if (typeof socket !== 'number') socket.terminate();
  const target = '/federation/v1/profiles';
  const letter = { v: 1, id: `i_${'a'.repeat(26)}`, profiles: [], deleted: [] };
  const body = canonical(letter);
  const said = await Promise.all(Array.from({ length: 400 }, () => puppet.says(a.name, { target, body })));
  assert.ok(said.some(({ code }) => code === 'rate_limited'));
  assert.ok(said.some(({ status }) => status === 202));
});
