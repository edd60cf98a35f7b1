import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createInvite, revokeInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { joinsFrom } from '@folkmoot/server/testing/across.ts';
import { TestNetwork } from '@folkmoot/server/testing/federated.ts';
import { person, talkOf } from '@folkmoot/server/testing/people.ts';
import { runFolkmoot } from '../testing/run-folkmoot.ts';

interface Result {
  ok: boolean;
  unattributed: number;
  apart: number;
  problems: object[];
}

test('[KEY-9] both the hub and a follower that came late verify what is there, and who said it', async (t) => {
  const network = await TestNetwork.open();
  t.after(() => network[Symbol.asyncDispose]());
  const [hub, early, late] = [await network.homeserver(), await network.homeserver(), await network.homeserver()];
  const [alice, bob, carol] = [await person(hub.url), await person(early.url), await person(late.url)];
  const space = await alice.founds('Garden');
  await joinsFrom(hub.name, space, alice, bob);
  for (let n = 0; n < 3; n++) await alice.says(space, `before carol ${n}`);
  await bob.says(space, 'of bob');
  const { invite } = await alice.client.call(createInvite, { params: { space: space.id }, body: {} });
  await alice.client.call(revokeInvite, { params: { space: space.id, invite: invite.id } });
  await joinsFrom(hub.name, space, alice, carol);
  await bob.says(space, 'when carol is there');
  const params = talkOf(space);
  const reads = async () => (await carol.client.call(listMessages, { params, query: {} })).messages;
  while (!(await reads()).some(({ content }) => content === 'when carol is there'))
    await new Promise((resolve) => setTimeout(resolve, 20));

  for (const { homeserver } of [hub, late]) {
    const { server_name, data } = homeserver.config;
    const environment = {
      FOLKMOOT_SERVER_NAME: server_name,
      FOLKMOOT_DATA: data,
      FOLKMOOT_FEDERATION_PRIVATE_ADDRESSES: 'allow',
    };
    const here = await runFolkmoot(['verify', space.id, '--json'], { environment });
    const { ok, unattributed, apart, problems } = here.json<Result>();
    assert.deepEqual([ok, unattributed, problems], [true, 0, []], here.stdout);
    assert.equal(apart > 0, homeserver === late.homeserver);
    const file = join(network.folder, `${server_name.replace(':', '-')}.ndjson`);
    assert.equal((await runFolkmoot(['space', 'export', space.id, file], { environment })).code, 0);
    const anywhere = { FOLKMOOT_DATA: join(network.folder, 'nowhere') };
    const fromFile = await runFolkmoot(['verify', file, '--json'], { environment: anywhere });
    assert.deepEqual([fromFile.code, fromFile.json<Result>().unattributed], [0, 0], fromFile.stdout);
  }
});
