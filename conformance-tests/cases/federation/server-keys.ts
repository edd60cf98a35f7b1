import assert from 'node:assert/strict';
import { federated } from '../../federated-case.ts';
import { base64url, newKey } from '../../puppet/keys.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { eventually } from '../../waiting.ts';
import { isRefused } from './request-signatures.ts';

/** A signature that nobody made, under a key that nobody has: costs the puppet nothing. */
const bogus = { change: (headers: Record<string, unknown>) => void (headers['signature'] = bogusHeader(headers)) };

function bogusHeader(headers: Record<string, unknown>): string {
  const kid = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const sig = Buffer.from(crypto.getRandomValues(new Uint8Array(64))).toString('base64');
  return String(headers['signature'])
    .replace(/#[^"]*"/, `#${kid}"`)
    .replace(/signature="[^"]*"/, `signature="${sig}"`);
}

export const serverKeyCases = [
  federated(
    'KEY-5',
    'many unknown keys cost one look at the key document, then none for a minute (F27)',
    async (scene) => {
      const one = await scene.puppet();
      assert.equal((await one.says()).status, 200);
      const before = one.fetched;
      const attempts = Array.from({ length: 30 }, () => one.says(bogus));
      for (const { status, code } of await Promise.all(attempts))
        assert.deepEqual([status, code], [401, 'unknown_key']);
      for (let n = 0; n < 5; n++) await isRefused(one, bogus, 401, 'unknown_key');
      assert.ok(one.fetched - before <= 1, `asked ${one.fetched - before} times`);
      assert.equal((await one.says()).status, 200, 'the known key goes on');
    },
  ),

  federated(
    ['KEY-5', 'SIG-4'],
    'a flood of bogus signatures neither makes it ask nor keeps others waiting (F24)',
    async ({ puppet }) => {
      const [flooder, honest] = [await puppet(), await puppet()];
      for (const one of [flooder, honest]) assert.equal((await one.says()).status, 200);
      const before = flooder.fetched;
      const begin = performance.now();
      const waited: number[] = [];
      let bad = 0;
      while (performance.now() - begin < 4_000) {
        const burst = Array.from({ length: 20 }, () => flooder.says(bogus));
        const asked = performance.now();
        assert.equal((await honest.says()).status, 200);
        waited.push(performance.now() - asked);
        for (const { status } of await Promise.all(burst)) assert.ok([401, 429].includes(status), `${status}`);
        bad += burst.length;
      }
      assert.ok(flooder.fetched - before <= 1, `${bad} requests made it ask ${flooder.fetched - before} times`);
      const slowest = Math.max(...waited);
      // Far from what it takes, so that only a standstill is found and not a busy machine.
      assert.ok(slowest < 15_000, `somebody honest waited for ${Math.round(slowest)} ms`);
    },
  ),

  federated(
    ['KEY-5', 'KEY-8', 'CAN-23'],
    'a new key is taken after one look, and what the old one signed still holds (F32)',
    async ({ hub: open, follower, puppet }) => {
      const one = await puppet();
      assert.equal((await one.says()).status, 200);
      one.rotates();
      assert.equal((await one.says()).status, 200);
      assert.equal(one.fetched, 2);
      const hub = await open();
      const bob = await follower(hub);
      hub.says('signed by the old key');
      await bob.sees('message.created', (d) => d.message.content === 'signed by the old key');
      const before = hub.puppet.signing;
      const late = hub.message('written before, sent after');
      hub.puppet.rotates();
      assert.notEqual(before, hub.puppet.signing);
      hub.push(hub.channel, late);
      hub.says('signed by the new key');
      await bob.sees('message.created', (d) => d.message.content === 'signed by the new key');
      const { messages } = await bob.reads(hub.place);
      assert.deepEqual(
        messages.map(({ content, author }) => [content, author.id]),
        ['signed by the old key', 'written before, sent after', 'signed by the new key'].map((text) => [
          text,
          hub.owner.id,
        ]),
      );
    },
  ),

  federated(
    ['KEY-7', 'INT-2'],
    'a revoked key signs nothing more, whatever date it claims (F33)',
    async ({ member, visitors }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Revoked');
      const bob = await member(owner, club);
      const kept = bob.message(club.general, 'signed before', { ts: Date.now() - 60_000 });
      const old = bob.puppet.rotates(Date.now() + 60_000);
      // Until it hears of the new one nobody can know better.
      assert.equal((await bob.puppet.says()).status, 200);
      const past = { key: old, date: new Date(Date.now() - 240_000).toUTCString() };
      await isRefused(bob.puppet, past, 401, 'key_revoked');
      assert.deepEqual(await bob.refused(kept), [401, 'key_revoked']);
      await bob.says(club.general, 'by the new one');
      const { messages } = await owner.reads(club.general);
      assert.deepEqual(
        messages.map(({ content }) => content),
        ['by the new one'],
      );
    },
  ),

  federated(
    ['KEY-11', 'STR-18'],
    'a hub with a revoked key of a home speaks for nobody there, whatever time it writes (F33)',
    async ({ hub: open, follower, puppet }) => {
      const hub = await open();
      const bob = await follower(hub);
      const carol = new PuppetUser(await puppet(), 'carol');
      hub.relays('_', carol, 'member.join', { profile: carol.profile });
      const before = Date.now() - 1;
      const says = (content: string) => hub.relays(hub.channel, carol, 'message.create', { content });
      says('before');
      await bob.sees('message.created', (d) => d.message.content === 'before');
      const stolen = carol.puppet.rotates(Date.now());
      const fresh = carol.puppet.signing;
      assert.equal((await carol.puppet.says()).status, 200);
      carol.puppet.signing = stolen;
      const body = { content: 'forged' };
      const intent = carol.intent(hub.name, hub.space, hub.channel, 'message.create', body, { ts: before });
      hub.push(hub.channel, hub.add(hub.channel, 'message.create', body, { intent, ts: before }));
      carol.puppet.signing = fresh;
      says('after');
      await bob.sees('message.created', (d) => d.message.content === 'after');
      const { messages } = await bob.reads(hub.place);
      assert.deepEqual(
        messages.map(({ content, author }) => [content, author.id === carol.id]),
        [
          ['before', true],
          ['forged', false],
          ['after', true],
        ],
      );
    },
  ),

  federated(
    ['KEY-3', 'KEY-6'],
    'the same name with another root key is another server, and nobody speaks for the old one (F35)',
    async ({ member, visitors, hub: open, follower, signal }) => {
      const [owner] = await visitors('owner');
      const club = await owner.founds('Taken over');
      const bob = await member(owner, club);
      await bob.says(club.general, 'before');
      bob.puppet.root = newKey();
      bob.puppet.signing = newKey();
      bob.puppet.serial += 1;
      await isRefused(bob.puppet, {}, 403, 'identity_changed');
      const { status, code } = await bob.puppet.sends([bob.message(club.general, 'as the old bob')]);
      assert.deepEqual([status, code], [403, 'identity_changed']);
      const { messages } = await owner.reads(club.general);
      assert.deepEqual(
        messages.map(({ content }) => content),
        ['before'],
      );

      const hub = await open();
      const reader = await follower(hub);
      hub.says('by the first owner of the name');
      await reader.sees('message.created');
      hub.puppet.root = newKey();
      hub.puppet.signing = newKey();
      hub.puppet.serial += 1;
      await isRefused(hub.puppet, {}, 403, 'identity_changed');
      hub.says('by the second one');
      let asked = -1;
      await eventually(
        signal,
        async () => {
          const before = asked;
          asked = hub.puppet.asked.length;
          return (await reader.opens(hub)).hub_state === 'away' || asked === before;
        },
        'it is asked for nothing more',
      );
      const { messages: kept } = await reader.reads(hub.place);
      assert.deepEqual(
        kept.map(({ content }) => content),
        ['by the first owner of the name'],
      );
    },
  ),
];
