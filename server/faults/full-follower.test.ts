import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical } from '@folkmoot/conformance-tests/puppet/keys.ts';
import { ndjson, type PuppetLine } from '@folkmoot/conformance-tests/puppet/puppet-line.ts';
import { joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { listMembers } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { query, sql } from '../storage/query.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { TestNetwork } from '../testing/federated.ts';
import { person } from '../testing/people.ts';
import { Puppet } from '../testing/puppet.ts';
import { PuppetHub } from '../testing/puppet-hub.ts';
import { PuppetUser } from '../testing/puppet-user.ts';
import type { TestHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';
import { limitedDisk } from './limited-disk.ts';

const CROWD = 300;
const countMembers = query<{ space: string }>()((p) =>
  sql
    .selectFrom('members')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('space', '=', p.space),
);
const waits = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A hub with a crowd, which it names in pages of members only. `untilFull` is waited for before the first of them. */
async function crowdedHub(network: TestNetwork, untilFull: Promise<void>): Promise<PuppetHub> {
  const hub = await PuppetHub.open(network);
  const home = await Puppet.open(network);
  const crowd: PuppetLine[] = Array.from({ length: CROWD }, (_, n) => hub.admits(new PuppetUser(home, `user_${n}`)));
  const isCrowd = new Set(crowd);
  hub.instead = (path, asked) => {
    if (path === `/spaces/${hub.space}/streams/_/state`) {
      const state = hub.streams.get('_')!.filter((line) => !isCrowd.has(line));
      const header = { checkpoint: hub.checkpoint('_', state), members: 0, next: null };
      return { body: ndjson([canonical(header), ...state]) };
    }
    if (path !== `/spaces/${hub.space}/members` || asked.has('users')) return undefined;
    return untilFull.then(() => ({
      body: ndjson([canonical({ checkpoint: hub.checkpoint('_'), next: null }), ...crowd]),
    }));
  };
  return hub;
}

async function fillsUp(
  t: { after(clean: () => Promise<void>): void },
  folder: string,
  fill: (server: TestHomeserver) => Promise<unknown>,
  makeRoom: (server: TestHomeserver) => Promise<unknown>,
): Promise<void> {
  const network = await TestNetwork.open();
  t.after(() => network[Symbol.asyncDispose]());
  const full = Promise.withResolvers<void>();
  const hub = await crowdedHub(network, full.promise);
  const home = await network.homeserver({ folder });
  const bob = await person(home.url);
  hub.says('before');
  await bob.client.call(joinByInvite, { params: { code: hub.code }, body: { via: hub.name } });
  await hub.untilLive();
  using watcher = await Watcher.of(bob);
  const params = { space: hub.space, channel: hub.channel };
  const texts = async () =>
    (await bob.client.call(listMessages, { params, query: { limit: 100 } })).messages.map(({ content }) => content);
  assert.deepEqual(await texts(), ['before']);
  const known = async () =>
    Number((await home.homeserver.database.read((reader) => reader.get(countMembers, { space: hub.space })))?.count);

  const asked = () => hub.asked.filter((one) => one === `GET /spaces/${hub.space}`).length;
  const before = asked();
  await fill(home);
  const said = Array.from({ length: 200 }, (_, n) => hub.says(`${n} ${'x'.repeat(3_900)}`));
  full.resolve();
  hub.push(hub.channel, said.at(-1)!);
  // It goes on trying, and people read meanwhile.
  while (asked() < before + 2) await waits(20);
  assert.equal((await fetch(`${home.url}/readyz`)).status, 200);
  assert.equal((await texts())[0], 'before');
  assert.ok((await known()) < CROWD, 'the disk is not full');

  await makeRoom(home);
  await watcher.sees('message.created', ({ message }) => message.content.startsWith(`${said.length - 1} `));
  while ((await known()) < CROWD + 2) await waits(50);
  const { members } = await bob.client.call(listMembers, { params: { space: hub.space }, query: {} });
  assert.ok(members.length > 0);
  const seen = watcher.events.flatMap((event) => (event.t === 'message.created' ? [event.d.message.content] : []));
  assert.deepEqual(
    seen.map((content) => content.split(' ')[0]),
    said.map((_, n) => `${n}`),
  );
  assert.equal(watcher.openings, 1);
}

test('[FOL-3] a follower whose disk is full while members arrive goes on by itself once there is room (F156)', async (t) => {
  const disk = await limitedDisk(t, { megabytes: 24, free: 20 });
  assert.ok(disk || !process.env['CI'], 'a file system cannot be mounted here');
  if (!disk) return t.skip('a file system cannot be mounted here');
  await fillsUp(
    t,
    disk.folder,
    async () => disk.fill(0),
    async () => disk.clearAway(),
  );
});

test('[FOL-3] so does one whose database may not grow (F156)', async (t) => {
  const set = ({ homeserver }: TestHomeserver, pages: number) =>
    homeserver.committer.commit((tx) => tx.select(sql`PRAGMA max_page_count = ${sql.lit(pages)}`));
  // It may share its transaction with lines for which there is no room.
  const limit = (pages: number) => async (server: TestHomeserver) => {
    while ((await set(server, pages).catch(() => undefined)) === undefined) await waits(20);
  };
  await fillsUp(t, await temporaryFolder(t), limit(200), limit(1_000_000));
});
