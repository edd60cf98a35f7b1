import assert from 'node:assert/strict';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { federated, type FederatedScene } from '../../federated-case.ts';
import type { Community, Person } from '../../person.ts';
import { type ReadLine, readChain, readLine } from '../../puppet/check-lines.ts';
import { ndjson } from '../../puppet/puppet-line.ts';
import type { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';
import { streamPath } from './stream-path.ts';

interface Restored {
  owner: Person;
  club: Community;
  bob: PuppetUser;
  /** What the follower had of each stream when the backup was put back. */
  had: Map<string, ReadLine[]>;
  contents(): Promise<string[]>;
  /** Whether something is written again. */
  isWritten(): Promise<boolean>;
}

/** A hub into whose place a copy was put that is older than what its follower has. */
async function restored(scene: FederatedScene<'snapshot' | 'restore'>): Promise<Restored> {
  // It may still be restoring after the case before.
  const arrives = () => scene.visitors('owner').catch(() => undefined);
  const [owner] = await eventually(scene.signal, arrives, 'it takes accounts');
  const club = await owner.founds('Restored');
  const bob = await scene.member(owner, club);
  await owner.says(club.general, 'in the backup');
  const copy = await scene.home.snapshot();
  await owner.says(club.general, 'lost by the owner');
  await bob.says(club.general, 'lost by a guest');
  await owner.makesRole(club, 'Lost role');
  const had = new Map<string, ReadLine[]>();
  for (const channel of ['_', club.general.channel]) {
    const { lines } = await bob.puppet.gets(streamPath({ space: club.space, channel }));
    had.set(
      channel,
      lines.map((line) => readLine(line)),
    );
  }
  await scene.home.restore(copy);
  const contents = async () => (await owner.reads(club.general)).messages.map(({ content }) => content);
  const isWritten = async () => {
    const sent = await owner.tries(sendMessage, { params: { ...club.general }, body: { content: 'written again' } });
    return sent.status === 201;
  };
  return { owner, club, bob, had, contents, isWritten };
}

/** All lines of a stream now; no place of the first epoch holds another event than the follower had there. */
async function chainNow({ bob, had, club }: Restored, scene: FederatedScene, stream: string): Promise<ReadLine[]> {
  const { lines } = await bob.puppet.gets(streamPath({ space: club.space, channel: stream }));
  const keyOf = (kid: string) => bob.puppet.keyOfHome(scene.home.name, kid);
  const chain = await readChain(lines, { space: club.space, stream, keyOf });
  const before = new Map(had.get(stream)!.map(({ epoch, seq, hash }) => [`${epoch}.${seq}`, hash]));
  for (const { epoch, seq, hash } of chain)
    assert.equal(hash, before.get(`${epoch}.${seq}`) ?? hash, `${epoch}.${seq}`);
  return chain;
}

export const healingCases = [
  federated(
    ['HEAL-1', 'HEAL-2', 'HEAL-3', 'EPO-1', 'STR-22', 'STR-23'],
    'a hub that was restored takes back its own lines, and goes on in a new epoch',
    async (scene) => {
      const stage = await restored(scene);
      const { club, bob, had } = stage;
      const live = await bob.puppet.follows();
      await live.until(() => live.frames.find(({ op }) => op === 'restoring'), 'it says that it is restoring');
      const heal = (stream: string, lines: readonly ReadLine[]) => {
        const body = ndjson(lines.map(({ text }) => text));
        const path = streamPath({ space: club.space, channel: stream }, 'heal');
        return bob.puppet.posts(path, body, { contentType: 'application/x-ndjson' });
      };
      for (const [stream, lines] of had) {
        const forged = lines.at(-1)!.text.replace(/"sig":"..../, '"sig":"AAAA');
        assert.notEqual((await heal(stream, [{ ...lines.at(-1)!, text: forged }])).status, 200, 'a forged line');
        const asked = await heal(stream, lines.slice(-1));
        assert.equal(asked.status, 200, asked.text);
        const { seq } = asked.body['head'] as { seq: number };
        const rest = lines.slice(seq + 1);
        const healed = rest.length === 0 ? asked : await heal(stream, rest);
        assert.equal(healed.status, 200, `${stream} ${seq}: ${healed.text}`);
        const { hash } = healed.body['head'] as { hash: string };
        assert.equal(hash, lines.at(-1)!.hash);
      }
      live.send({ op: 'healed' });
      await eventually(scene.signal, stage.isWritten, 'it is written again');
      assert.deepEqual((await stage.contents()).slice(0, 3), ['in the backup', 'lost by the owner', 'lost by a guest']);
      for (const [stream, lines] of had) {
        const chain = await chainNow(stage, scene, stream);
        const start = chain[lines.length]!;
        assert.deepEqual([start.epoch > 1, start.seq, start.ev?.type], [true, 0, 'epoch.start']);
        assert.equal(start.ev?.prev, lines.at(-1)!.hash);
      }
    },
    { needs: ['snapshot', 'restore'], patience: 240_000, isSlow: true },
  ),

  federated(
    ['EPO-1', 'STR-22', 'STR-23', 'REP-5'],
    'a hub that nobody heals goes on without what it lost, and uses none of its places again',
    async (scene) => {
      const stage = await restored(scene);
      const { club, bob, had } = stage;
      const lost = had.get(club.general.channel)!.at(-1)!;
      await eventually(scene.signal, stage.isWritten, 'it is written again');
      const cursor = `${lost.epoch}.${lost.seq}.${lost.hash}`;
      const asked = await bob.puppet.gets(`${streamPath(club.general)}?after=${cursor}`);
      assert.equal(asked.status, 409, asked.text);
      assert.deepEqual((await stage.contents()).slice(0, 2), ['in the backup', 'written again']);
      for (const stream of had.keys()) {
        const chain = await chainNow(stage, scene, stream);
        const start = chain.find(({ ev }) => ev?.type === 'epoch.start')!;
        const fork = chain[chain.indexOf(start) - 1]!;
        const { epoch, seq, hash } = fork;
        assert.deepEqual([start.epoch > 1, start.seq, start.p?.intent.body], [true, 0, { fork: { epoch, seq, hash } }]);
      }
    },
    { needs: ['snapshot', 'restore'], patience: 240_000, isSlow: true },
  ),

  federated('EPO-3', 'nobody asks for a new epoch', async (scene) => {
    const [owner] = await scene.visitors('owner');
    const club = await owner.founds('One epoch');
    const bob = await scene.member(owner, club);
    const fork = { epoch: 1, seq: 0, hash: 'A'.repeat(43) };
    for (const stream of ['_', club.general.channel]) {
      const [status] = await bob.refused(bob.deed(club.space, stream, 'epoch.start', { fork }));
      assert.ok([400, 403].includes(Number(status)), `${String(status)}`);
    }
  }),
];
