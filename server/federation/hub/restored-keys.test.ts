import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { getSpace, updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { joinsFrom, Restartable } from '../../testing/across.ts';
import { backUp, putBack } from '../../testing/backup.ts';
import { TestNetwork } from '../../testing/federated.ts';
import { person } from '../../testing/people.ts';

type Homeserver = Awaited<ReturnType<TestNetwork['homeserver']>>;

/** Everything that a homeserver keeps, as bytes. */
async function kept({ homeserver }: Homeserver): Promise<string> {
  const folder = homeserver.config.data;
  const names = (await readdir(folder)).filter((name) => name.startsWith('folkmoot.db'));
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')))).join('\n');
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('[UNL-5] [HEAL-3] the key of the home of an unlisted member comes back from there, and stays hidden from all others', async () => {
  await using network = await TestNetwork.open();
  const hub = await Restartable.start(network, { FOLKMOOT_RESTORE_WAIT: 'manual' });
  const [b, c, e] = [await network.homeserver(), await network.homeserver(), await network.homeserver()];
  const [alice, quiet, carol] = [await person(hub.url), await person(b.url), await person(c.url)];
  const space = await alice.founds('Quiet');
  const params = { space: space.id };
  const nameAt = async (who: typeof alice) => (await who.client.call(getSpace, { params })).name;
  await joinsFrom(hub.name, space, alice, carol);
  const [data, backup] = [join(hub.folder, 'data'), join(hub.folder, 'backup')];
  await hub.stop();
  await backUp(data, backup);
  await hub.start();

  const { code } = await alice.client.call(createInvite, { params, body: {} });
  await quiet.client.call(joinByInvite, { params: { code }, body: { via: hub.name, unlisted: true } });
  await alice.client.call(updateSpace, { params, body: { name: 'Quieter' } });
  await until(async () => (await nameAt(quiet)) === 'Quieter' && (await nameAt(carol)) === 'Quieter');
  await hub.stop();
  await putBack(backup, data);
  await hub.start();
  // What came after the key comes back, too.
  await until(async () => (await nameAt(alice)) === 'Quieter');
  await hub.homeserver.restoration.finish();
  const { members } = await alice.client.call(listMembers, { params, query: {} });
  assert.ok(members.some(({ user }) => user.id === quiet.account.id));

  await alice.client.call(updateSpace, { params, body: { name: 'Quietest' } });
  await until(async () => (await nameAt(quiet)) === 'Quietest' && (await nameAt(carol)) === 'Quietest');
  const emma = await person(e.url);
  await joinsFrom(hub.name, space, alice, emma);
  await until(async () => (await nameAt(emma)) === 'Quietest');
  for (const other of [c, e]) {
    const found = await kept(other);
    assert.ok(!found.includes(b.name) && !found.includes(quiet.account.id));
  }
  // Once they are shown to all, the key is, too.
  const said = await quiet.says(space, 'here I am');
  await until(async () => (await emma.reads(space)).some(({ id }) => id === said.id));
  const [message] = (await emma.reads(space)).filter(({ id }) => id === said.id);
  assert.equal(message?.author.handle, quiet.account.handle);
  await until(async () => (await carol.reads(space)).some(({ id }) => id === said.id));
  assert.ok((await kept(c)).includes(b.name));
  await hub.stop();
});
