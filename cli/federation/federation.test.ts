import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { FollowerScene } from '@folkmoot/server/testing/follower-scene.ts';
import { TestNetwork } from '@folkmoot/server/testing/federated.ts';
import { Puppet } from '@folkmoot/server/testing/puppet.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { homeOf } from '../testing/home.ts';
import { runFolkmoot } from '../testing/run-folkmoot.ts';

/** A homeserver on a small Internet, and its command line. */
async function openHome(t: TestContext) {
  const network = await TestNetwork.open();
  t.after(() => network[Symbol.asyncDispose]());
  const a = await network.homeserver();
  const { server_name, data } = a.homeserver.config;
  const environment = { FOLKMOOT_SERVER_NAME: server_name, FOLKMOOT_DATA: data };
  const folkmoot = (...args: string[]) => runFolkmoot([...args, '--json'], { environment });
  return { network, a, folkmoot, tables: (...args: string[]) => runFolkmoot(args, { environment }) };
}

test('[FED-8] an admin pings another homeserver, and finds it among the peers', async (t) => {
  const { network, a, folkmoot, tables } = await openHome(t);
  const b = await network.homeserver();
  const pinged = await folkmoot('federation', 'ping', b.name);
  assert.equal(pinged.code, 0, pinged.stderr);
  const { root, understood } = pinged.json<{ root: string; understood: { server: string } }>();
  assert.deepEqual([root, understood.server], [b.homeserver.keys.root.kid, a.name]);

  const { peers } = (await folkmoot('federation', 'peers')).json<{ peers: { server: string; state: string }[] }>();
  assert.deepEqual(
    peers.map(({ server, state }) => [server, state]),
    [[b.name, 'ok']],
  );
  const shown = (await folkmoot('federation', 'show', b.name)).json<{ document: { server: string } }>();
  assert.equal(shown.document.server, b.name);
  for (const args of [['peers'], ['show', b.name], ['ping', b.name]]) {
    const { code, stdout } = await tables('federation', ...args);
    assert.ok(code === 0 && stdout.includes(b.name), args.join(' '));
  }
});

test('[FED-9] who is blocked is refused until the block is lifted', async (t) => {
  const { network, a, folkmoot } = await openHome(t);
  const puppet = await Puppet.open(network);
  assert.equal((await folkmoot('federation', 'block', puppet.name)).json()['changed'], true);
  assert.equal((await folkmoot('federation', 'block', puppet.name)).json()['changed'], false);
  assert.equal((await puppet.says(a.name)).code, 'server_blocked');
  const refused = await folkmoot('federation', 'ping', puppet.name);
  assert.deepEqual([refused.code, JSON.parse(refused.stderr).code], [1, 'server_blocked']);
  assert.equal((await folkmoot('federation', 'allow', puppet.name)).json()['changed'], true);
  assert.equal((await puppet.says(a.name)).status, 200);
});

test('what goes wrong is told in words, with its code', async (t) => {
  const { network, folkmoot, tables } = await openHome(t);
  const puppet = await Puppet.open(network);
  const codeOf = async (...args: string[]) => JSON.parse((await folkmoot('federation', ...args)).stderr).code;
  assert.equal(await codeOf('ping', puppet.name), 'not_understood');
  assert.equal(await codeOf('ping', '127.0.0.1:1'), 'discovery_failed');
  assert.equal(await codeOf('ping', 'Home.Example'), 'bad_server_name');
  assert.equal(await codeOf('block', '1.2.3.4'), 'bad_server_name');
  assert.equal(await codeOf('show', 'never.example'), 'not_found');
  assert.match((await tables('federation', 'ping', '127.0.0.1:1')).stderr, /^folkmoot: 127\.0\.0\.1:1 .*ECONNREFUSED/);
});

test('a homeserver that nobody can find says why it talks with no other', async (t) => {
  const home = homeOf(t, await startHomeserver());
  const listed = await home.folkmoot(['federation', 'peers']);
  assert.match(listed.stdout, /Federation is off: server_name is localhost/);
  const pinged = await home.folkmoot(['federation', 'ping', 'home.example']);
  assert.deepEqual([pinged.code, pinged.stderr.includes('Federation is off')], [1, true]);
});

test('[FED-9] a list of servers is blocked at once, and can be handed on', async (t) => {
  const { a, folkmoot } = await openHome(t);
  const list = join(a.folder, 'blocks.txt');
  await writeFile(list, '# spam\nspam.example\nother.example, since May\n\nNo Name\nspam.example # again\n');
  const done = (await folkmoot('federation', 'block', '--import', list)).json();
  assert.deepEqual(done, { blocked: ['spam.example', 'other.example'], before: [], refused: ['No'] });
  const again = (await folkmoot('federation', 'block', '--import', list)).json();
  assert.deepEqual(again['before'], ['spam.example', 'other.example']);
  const { servers } = (await folkmoot('federation', 'block', '--export')).json<{ servers: string[] }>();
  assert.deepEqual(servers, ['other.example', 'spam.example']);
  assert.equal((await folkmoot('federation', 'block')).code, 2);
  assert.equal((await folkmoot('federation', 'block', '--import', `${list}.not`)).code, 1);
});

test('[FED-9] why a server is blocked is kept for the admins, and handed on with the list', async (t) => {
  const { network, a, folkmoot, tables } = await openHome(t);
  const puppet = await Puppet.open(network);
  const block = (...args: string[]) => folkmoot('federation', 'block', ...args);
  const reasonOf = async (server: string) =>
    (await folkmoot('federation', 'show', server)).json<{ reason: string | null }>().reason;
  assert.equal((await block(puppet.name, '--reason', 'floods\nus # daily')).json()['changed'], true);
  assert.equal((await block(puppet.name)).json()['changed'], false);
  assert.equal(await reasonOf(puppet.name), 'floods us # daily');
  assert.doesNotMatch(JSON.stringify(await puppet.says(a.name)), /floods/);
  for (const args of [['peers'], ['show', puppet.name]])
    assert.match((await tables('federation', ...args)).stdout, /floods us # daily/);
  const tooLong = await block(puppet.name, '--reason', '🌊'.repeat(513));
  assert.deepEqual([tooLong.code, JSON.parse(tooLong.stderr).code], [1, 'reason_too_long']);
  assert.equal((await block('spam.example', '--reason', '🌊'.repeat(512))).code, 0);
  assert.equal((await block('--export', '--reason', 'of what?')).code, 2);

  const list = join(a.folder, 'blocks.txt');
  const lists = join(a.folder, 'handed-on.txt');
  await writeFile(
    list,
    `${puppet.name} # something else\nquiet.example\nother.example, since May # ${'x'.repeat(600)}\n`,
  );
  assert.equal((await block('--import', list)).code, 0);
  assert.equal(await reasonOf(puppet.name), 'floods us # daily');
  assert.deepEqual([await reasonOf('quiet.example'), (await reasonOf('other.example'))?.length], [null, 512]);
  const exported = (await block('--export')).json<{ blocks: object[] }>().blocks;
  await writeFile(lists, (await tables('federation', 'block', '--export')).stdout);

  const b = await openHome(t);
  await b.folkmoot('federation', 'block', 'quiet.example', '--reason', 'mine');
  assert.equal((await b.folkmoot('federation', 'block', '--import', lists)).code, 0);
  const { blocks } = (await b.folkmoot('federation', 'block', '--export')).json<{
    blocks: { server: string; reason: string | null }[];
  }>();
  const quiet = { server: 'quiet.example', reason: null };
  assert.deepEqual(
    blocks.map((one) => (one.server === quiet.server ? quiet : one)),
    exported,
  );
  assert.equal((await block(puppet.name, '--reason', '')).json()['reason'], null);
  await folkmoot('federation', 'allow', 'spam.example');
  assert.equal(await reasonOf('spam.example'), null);
});

test('[FOL-8] an admin is told of a hub that shows different histories, and sees what proves it', async (t) => {
  const { network, a, folkmoot, tables } = await openHome(t);
  using at = await FollowerScene.open(network, a);
  const { hub } = at;
  const prev = hub.streams.get(hub.channel)![0]!.hash;
  const second = hub.write(hub.channel, 'message.create', { content: 'another past' }, { seq: 1, prev });
  const first = hub.says('first');
  hub.push(hub.channel, first);
  await at.sees('first');
  hub.push(hub.channel, second);
  await at.untilShown((following) => following.evidence.length > 0);

  const server = hub.name;
  const { peers } = (await folkmoot('federation', 'peers')).json<{ peers: { server: string; trouble: object }[] }>();
  assert.deepEqual(peers.find((peer) => peer.server === server)?.trouble, {
    stopped: 0,
    contradictions: 1,
    orphans: 0,
  });
  assert.match((await tables('federation', 'peers')).stdout, /1 contradicted/);
  assert.match((await tables('federation', 'show', server)).stdout, /Contradictions.*\n.*1\.1/);
  const { following } = (await folkmoot('federation', 'show', server)).json<{
    following: { evidence: { ours: string; theirs: string }[] };
  }>();
  assert.deepEqual([following.evidence[0]?.ours, following.evidence[0]?.theirs], [first.text, second.text]);
  const { checks } = (await folkmoot('federation', 'doctor')).json<{ checks: { status: string; found: string }[] }>();
  assert.equal(checks.at(-1)?.status, 'warn');
  assert.ok(checks.at(-1)?.found.includes(server));
});

test('the doctor looks at a homeserver as others see it', async (t) => {
  const { network, a, folkmoot } = await openHome(t);
  const b = await network.homeserver();
  const examined = async () =>
    (await folkmoot('federation', 'doctor')).json<{ ok: boolean; checks: { name: string; status: string }[] }>();
  const alone = await examined();
  assert.deepEqual(
    alone.checks.map(({ name, status }) => [name, status]),
    [
      ['server name', 'ok'],
      ['DNS', 'ok'],
      ['key document', 'ok'],
      ['API', 'ok'],
      ['clock', 'skip'],
      ['other servers', 'ok'],
    ],
  );
  await folkmoot('federation', 'ping', b.name);
  assert.deepEqual(
    (await examined()).checks.slice(-2).map(({ status }) => status),
    ['ok', 'ok'],
  );
  await a.homeserver.close();
  const settings = await network.settingsFor(Number(new URL(a.url).port));
  const environment = { ...settings, FOLKMOOT_DATA: a.homeserver.config.data };
  const stopped = await runFolkmoot(['federation', 'doctor', '--json'], { environment });
  const { checks } = stopped.json<{ checks: { name: string; status: string; advice?: string }[] }>();
  const last = checks.find(({ status }) => status === 'fail');
  assert.deepEqual([stopped.code, last?.name, last?.status], [1, 'key document', 'fail']);
  assert.match(last?.advice ?? '', /Nothing listens there/);
});
