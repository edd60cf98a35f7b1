import assert from 'node:assert/strict';
import { federated, type FederatedScene } from '../../federated-case.ts';
import { readChain, readLine } from '../../puppet/check-lines.ts';
import { canonical, isSignedBy, sha256 } from '../../puppet/keys.ts';
import { API } from '../../puppet/puppet.ts';
import { inviteIdOf } from '../../puppet/invites.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { cursorOf } from '../../puppet/puppet-line.ts';
import { streamPath } from './stream-path.ts';

async function stageOf({ people, member }: FederatedScene, name: string) {
  const [owner] = await people('owner');
  const club = await owner.founds(name);
  const bob = await member(owner, club);
  return { owner, club, bob, puppet: bob.puppet };
}

type Checkpoint = Record<string, unknown> & { sig: string; kid: string; hash: string; state_hash: string };

export const hubPageCases = [
  federated(['FED-8', 'KEY-1', 'FED-4'], 'it says who it is and how it read a request', async (scene) => {
    const one = await scene.puppet();
    const nonce = 'CCCCCCCCCCCCCCCCCCCCCA';
    const { status, body } = await one.says({ nonce });
    assert.equal(status, 200);
    const { server, versions, understood } = body as {
      server: string;
      versions: number[];
      understood: Record<string, unknown>;
    };
    assert.deepEqual([server, versions.includes(1)], [scene.home.name, true]);
    const { kid, root } = { kid: understood['kid'], root: understood['root'] };
    assert.deepEqual(
      [understood['server'], understood['method'], understood['target'], understood['nonce']],
      [one.name, 'POST', `${API}/ping`, nonce],
    );
    assert.equal((JSON.parse(one.documentText()) as { root: { kid: string }; keys: { kid: string }[] }).root.kid, root);
    assert.ok(one.documentText().includes(String(kid)));
  }),

  federated(['REP-1', 'REP-2'], 'an invite shows what it leads to, to whoever has it', async (scene) => {
    const { owner, club, puppet } = await stageOf(scene, 'Previewed');
    const code = await owner.makesInvite(club);
    const { body } = await puppet.gets(`/invites/${code}`);
    const { invite, space } = body as { invite: string; space: Record<string, unknown> };
    assert.deepEqual(
      [invite, space['id'], space['name'], space['hub']],
      [inviteIdOf(code), club.space, 'Previewed', scene.home.name],
    );
    const { status } = await puppet.gets('/invites/short');
    assert.equal(status, 404);
  }),

  federated(
    ['REP-3', 'REP-4', 'STR-1', 'STR-3', 'STR-6', 'STR-7', 'STR-13', 'STR-14'],
    'a stream is a chain that another implementation can check, whichever pages it is read in',
    async (scene) => {
      const { owner, club, bob, puppet } = await stageOf(scene, 'Chains');
      for (let n = 0; n < 5; n++) await owner.says(club.general, `own ${n}`);
      await bob.says(club.general, 'theirs');
      const keyOf = (kid: string) => puppet.keyOfHome(scene.home.name, kid);
      const { body } = await puppet.gets(`/spaces/${club.space}`);
      const heads = body['streams'] as { stream: string; epoch: number; seq: number; hash: string }[];
      assert.deepEqual(heads.map(({ stream }) => stream).sort(), ['_', club.general.channel].sort());
      for (const head of heads) {
        const place = { space: club.space, channel: head.stream };
        const { lines } = await puppet.gets(streamPath(place));
        const chain = await readChain(lines, { space: club.space, stream: head.stream, keyOf });
        assert.deepEqual([chain[0]?.epoch, chain[0]?.seq, chain.at(-1)?.hash], [1, 0, head.hash]);
        const times = chain.map(({ ev }) => ev!.ts);
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
        );
        const paged: string[] = [];
        for (;;) {
          const last = paged.length === 0 ? undefined : readLine(paged.at(-1)!);
          const after = last === undefined ? '' : `&after=${cursorOf(last)}`;
          const page = await puppet.gets(`${streamPath(place)}?limit=2${after}`);
          if (page.lines.length === 0) break;
          assert.ok(page.lines.length <= 2);
          paged.push(...page.lines);
        }
        assert.deepEqual(paged, lines);
        const before = await puppet.gets(`${streamPath(place)}?limit=2&before=${head.epoch}.${head.seq}`);
        assert.deepEqual(before.lines, lines.slice(-3, -1));
      }
      assert.equal((await puppet.gets(streamPath({ space: club.space, channel: '_' }))).lines[0], body['genesis']);
      for (const query of ['limit=0', 'limit=201', 'limit=x', 'after=1.0', 'after=x', 'before=x', 'more=1']) {
        const { status, code } = await puppet.gets(`${streamPath(club.general)}?${query}`);
        assert.deepEqual([status, code], [400, 'invalid_query'], query);
      }
    },
  ),

  federated('REP-5', 'a cursor that is not of this hub is said to be so, with its signed head', async (scene) => {
    const { owner, club, puppet } = await stageOf(scene, 'Cursors');
    await owner.says(club.general, 'one');
    const other = `${'A'.repeat(42)}A`;
    for (const [cursor, expected] of [
      [`1.999.${other}`, 'cursor_ahead'],
      [`9.0.${other}`, 'cursor_ahead'],
      [`1.1.${other}`, 'fork'],
      [`1.0.${other}`, 'fork'],
    ]) {
      const { status, code, body } = await puppet.gets(`${streamPath(club.general)}?after=${cursor}`);
      assert.deepEqual([status, code], [409, expected], cursor);
      const { checkpoint } = body['details'] as { checkpoint: Checkpoint };
      const x = await puppet.keyOfHome(scene.home.name, checkpoint.kid);
      assert.ok(x && isSignedBy('checkpoint', checkpoint, x));
      assert.deepEqual([checkpoint['epoch'], checkpoint['seq']], [1, 1]);
    }
  }),

  federated(
    ['REP-6', 'REP-7', 'REP-8'],
    'the state is what its checkpoint signs, and tells what is the case',
    async (scene) => {
      const { owner, club, bob, puppet } = await stageOf(scene, 'State');
      const role = await owner.makesRole(club, 'Painter');
      await owner.gives(club, owner, role);
      for (const channel of ['_', club.general.channel]) {
        const place = { space: club.space, channel };
        const { lines } = await puppet.gets(streamPath(place, 'state'));
        const [first = '', ...state] = lines;
        const { checkpoint, members, next } = JSON.parse(first) as {
          checkpoint: Checkpoint;
          members: number;
          next: null;
        };
        assert.equal(next, null);
        const x = await puppet.keyOfHome(scene.home.name, checkpoint.kid);
        assert.ok(x && isSignedBy('checkpoint', checkpoint, x));
        const read = state.map((line) => readLine(line));
        const covered = read.slice(members).map(({ hash }) => `${hash}\n`);
        assert.equal(sha256(covered.join('')).toString('base64url'), checkpoint.state_hash);
        const single = await puppet.gets(streamPath(place, 'checkpoint'));
        assert.deepEqual([single.body['hash'], single.body['state_hash']], [checkpoint.hash, checkpoint.state_hash]);
        const types = read.map(({ ev }) => ev!.type);
        assert.ok(types.includes(channel === '_' ? 'role.create' : 'channel.create'), types.join());
      }
      const page = await puppet.gets(`/spaces/${club.space}/members`);
      assert.deepEqual(Object.keys(JSON.parse(page.lines[0]!) as object).sort(), ['checkpoint', 'next']);
      const asked = await puppet.gets(`/spaces/${club.space}/members?users=${bob.id}`);
      const actors = asked.lines.slice(1).map((line) => readLine(line).p?.intent.actor);
      assert.deepEqual([...new Set(actors)], [bob.id]);
    },
  ),

  federated(
    ['LIVE-1', 'LIVE-4', 'SIG-4'],
    'a live connection is signed, is the only one, and takes no nonsense',
    async (scene) => {
      const { puppet } = await stageOf(scene, 'Live');
      assert.equal(await puppet.opensLive({ change: (headers) => delete headers['signature'] }), 401);
      assert.equal(await puppet.opensLive({ to: 'other.example' }), 421);
      assert.equal(await puppet.opensLive({ target: `${API}/nothing` }), 404);
      const [first, second] = [await puppet.follows(), await puppet.follows()];
      assert.equal(await first.closing(), 4409);
      second.send({ op: 'something.new', x: 1 });
      second.send({ op: 'interest', channels: [] });
      second.send({ op: 'interest', channels: ['x'] });
      assert.equal(await second.closing(), 4400);
      for (const frame of [
        '',
        '[]',
        'null',
        '{"op":7}',
        '{"op":"ephemeral","items":[{"user":"x"}]}',
        `{"op":"interest","channels":${'['.repeat(5_000)}`,
      ]) {
        const live = await puppet.follows();
        live.send(frame);
        const code = await live.closing();
        assert.ok(code >= 4400 || code === 1003 || code === 1007, `${frame.slice(0, 40)}: ${code}`);
      }
      assert.equal((await puppet.says()).status, 200);
    },
  ),

  federated(['LIVE-2', 'LIVE-3', 'STR-20'], 'what is pushed are the lines that are read', async (scene) => {
    const { owner, club, bob, puppet } = await stageOf(scene, 'Pushed');
    const live = await puppet.follows();
    const { streams = {} } = await live.heads(club.space);
    assert.deepEqual(Object.keys(streams).sort(), ['_', club.general.channel].sort());
    for (let n = 0; n < 10; n++)
      await (n % 2 ? owner.says(club.general, `own ${n}`) : bob.says(club.general, `theirs ${n}`));
    await owner.says(club.general, 'sentinel');
    await live.hears('sentinel');
    const { lines } = await puppet.gets(streamPath(club.general));
    assert.deepEqual(live.linesOf(club.general.channel), lines.slice(-11));
    assert.equal(canonical(JSON.parse(lines[0]!)), lines[0]);
    const guest = new PuppetUser(puppet, 'guest');
    await guest.joins(club.space, await owner.makesInvite(club));
    await live.hears('"type":"member.join"');
  }),

  federated(
    'LIVE-5',
    'a live connection is kept awake',
    async (scene) => {
      const { puppet } = await stageOf(scene, 'Awake');
      const live = await puppet.follows();
      let pinged = false;
      live.socket.on('ping', () => (pinged = true));
      const begin = performance.now();
      while (!pinged) {
        if (performance.now() - begin > 40_000) throw new Error('no ping in 40 s');
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    { patience: 60_000, isSlow: true },
  ),
];
