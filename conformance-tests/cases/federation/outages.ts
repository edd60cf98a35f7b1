import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { someAtOnce } from '../../at-once.ts';
import { federated } from '../../federated-case.ts';
import type { Person } from '../../person.ts';
import type { PuppetHub } from '../../puppet/puppet-hub.ts';
import { eventually } from '../../waiting.ts';
import { textsOf } from './what-is-shown.ts';
import { streamPath } from './stream-path.ts';

/** All messages of the channel, oldest first, as somebody reads them page by page. */
async function readsAll(reader: Person, hub: PuppetHub): Promise<{ id: string; content: string }[]> {
  const all: { id: string; content: string }[] = [];
  for (;;) {
    const before = all[0]?.id;
    const { messages } = await reader.reads(hub.place, { limit: 100, ...(before === undefined ? {} : { before }) });
    if (messages.length === 0) return all;
    all.unshift(...messages.map(({ id, content }) => ({ id, content })));
  }
}

const isPending = (reader: Person, hub: PuppetHub, content: string) =>
  reader.tries(sendMessage, { params: { ...hub.place }, body: { content } });

export const outageCases = [
  federated('EVT-5', 'a message with an address in it makes nobody ask there (F52)', async (scene) => {
    const hub = await scene.hub();
    const reader = await scene.follower(hub);
    const linked = await scene.puppet();
    const text = `look: https://${linked.name}/page.html ![x](https://${linked.name}/x.png)`;
    hub.says(text);
    await reader.sees('message.created', (d) => d.message.content === text);
    await reader.reads(hub.place);
    hub.says('sentinel');
    await reader.sees('message.created', (d) => d.message.content === 'sentinel');
    assert.equal(linked.wire.connections(), 0);
  }),

  federated(
    ['FOL-2', 'FOL-3', 'STR-23'],
    'killed in the middle of what it fetches, a follower goes on where it was (F155)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      const texts = Array.from({ length: 500 }, (_, n) => `message ${n}`);
      for (const text of texts) hub.message(text);
      let killed: Promise<void> | undefined;
      let pages = 0;
      hub.answers.instead = ({ path, query }) => {
        if (path.endsWith(`/${hub.channel}/events`) && query.get('after') !== null && ++pages === 2)
          killed ??= scene.home.kill();
        return undefined;
      };
      hub.pushHeads();
      await eventually(scene.signal, async () => killed !== undefined, 'it asks for a second page');
      await killed;
      await reader.watches();
      hub.says('after the kill');
      await eventually(
        scene.signal,
        async () => (await textsOf(reader, hub)).at(-1) === 'after the kill',
        'it follows again',
      );
      assert.deepEqual(
        (await readsAll(reader, hub)).map(({ content }) => content),
        [...texts, 'after the kill'],
      );
    },
    { needs: ['kill'], patience: 240_000 },
  ),

  federated(
    ['STR-10', 'FOL-9', 'API-8'],
    'cut off from the hub people read on and write what waits; after it all is there once, in one order (F160)',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      hub.says('before');
      await reader.sees('message.created', (d) => d.message.content === 'before');
      await hub.puppet.wire.vanish();
      await reader.sees('space.hub', (d) => d.space === hub.space && d.state === 'away');
      assert.deepEqual(await textsOf(reader, hub), ['before']);
      const waiting = ['one that waits', 'another that waits'];
      for (const text of waiting) assert.equal((await isPending(reader, hub, text)).status, 202);
      await reader.sees('intent.pending', (d) => d.content === waiting[1]);
      hub.message('written at the hub meanwhile');
      let lostAnswers = 0;
      hub.answers.instead = (asked) => {
        if (asked.path !== '/intents' || lostAnswers > 0) return undefined;
        lostAnswers++;
        hub.answers.answer(asked);
        return { status: 503, body: '{"code":"unavailable","message":"The answer is lost."}' };
      };
      await hub.puppet.wire.comeBack();
      // The homeserver is there again: whoever hears of it need not wait for its next try.
      await hub.puppet.says();
      await reader.sees('message.created', (d) => d.message.content === waiting[1]);
      await reader.sees('space.hub', (d) => d.space === hub.space && d.state === 'here');
      const all = await readsAll(reader, hub);
      const { length } = hub.streams.get(hub.channel)!;
      assert.deepEqual(
        all.map(({ content }) => content),
        ['before', 'written at the hub meanwhile', ...waiting],
      );
      assert.equal(length, 5, 'nothing was written twice');
      assert.deepEqual(
        all.map(({ id }) => id),
        ['1.1', '1.2', '1.3', '1.4'],
      );
      assert.ok(hub.answers.taken.every(({ actor }) => actor === reader.id));
      assert.equal((await reader.opens(hub)).hub_state ?? 'here', 'here');
    },
  ),

  federated(
    ['FOL-19', 'PEND-3', 'PEND-1'],
    'who leaves is out at once while the hub is away, and it learns so once it is back, under one id',
    async (scene) => {
      const hub = await scene.hub();
      const reader = await scene.follower(hub);
      await hub.puppet.wire.vanish();
      await reader.sees('space.hub', (d) => d.space === hub.space && d.state === 'away');
      // The join may have been pending where there was much to do.
      const { length } = reader.gateway!.events();
      await reader.leaves(hub);
      await reader.sees('space.left', (d) => d.space === hub.space && d.reason === 'left');
      const since = reader.gateway!.events().slice(length);
      assert.ok(!since.some(({ t }) => t === 'intent.pending'));
      const leaving = new Set<string>();
      let asked = 0;
      hub.answers.instead = ({ path, body }) => {
        if (path !== '/intents' || asked >= 2) return undefined;
        asked++;
        leaving.add((JSON.parse(body.split('\n')[0]!) as { id: string }).id);
        return { status: 503, body: '{"code":"unavailable","message":"Not now."}' };
      };
      await hub.puppet.wire.comeBack();
      await hub.puppet.says();
      await eventually(
        scene.signal,
        async () => hub.answers.taken.some(({ type, actor }) => type === 'member.leave' && actor === reader.id),
        'the hub is told',
      );
      assert.deepEqual(
        [...leaving],
        hub.answers.taken.filter(({ type }) => type === 'member.leave').map(({ id }) => id),
      );
      await reader.watches();
      assert.ok(reader.gateway!.state!.spaces.every(({ id }) => id !== hub.space));
    },
  ),

  federated(
    ['LIVE-8', 'REP-4'],
    'a dead follower is asked for ever more rarely, and pulls all of it when it is back (F162)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Left alone');
      const bob = await scene.member(owner, club);
      const { lines: before } = await bob.puppet.gets(streamPath(club.general));
      let attempts = 0;
      const begin = performance.now();
      const refuse = (socket: { destroy(): void }) => {
        attempts++;
        socket.destroy();
      };
      bob.puppet.wire.server.on('connection', refuse);
      await someAtOnce(
        Array.from({ length: 200 }, (_, n) => n),
        (n) => owner.says(club.general, `while away ${n}`),
      );
      await owner.says(club.general, 'sentinel');
      // On a slow machine there is more time for them.
      const seconds = (performance.now() - begin) / 1_000;
      assert.ok(attempts <= 20 + seconds, `${attempts} attempts for 200 messages in ${seconds} s`);
      bob.puppet.wire.server.off('connection', refuse);
      const after = before.length;
      const { lines } = await bob.puppet.gets(`${streamPath(club.general)}?limit=200`);
      const rest = await bob.puppet.gets(streamPath(club.general));
      assert.equal(Math.max(lines.length, rest.lines.length), 200);
      assert.deepEqual(lines.slice(0, after), before);
      const live = await bob.puppet.follows();
      await live.heads(club.space);
      await owner.says(club.general, 'back again');
      await live.hears('back again');
    },
  ),

  federated(
    'LIVE-8',
    'who is not connected is told once that there is something, many messages together (F162)',
    async (scene) => {
      const [owner] = await scene.people('owner');
      const club = await owner.founds('Notices');
      const bob = await scene.member(owner, club);
      const notices = () => bob.puppet.asked.filter(({ path }) => path === '/notify');
      const begin = performance.now();
      await someAtOnce(
        Array.from({ length: 40 }, (_, n) => n),
        (n) => owner.says(club.general, `while away ${n}`),
      );
      await eventually(
        scene.signal,
        async () => notices().some(({ body }) => body.includes(club.general.channel)),
        'it is told',
      );
      const seconds = (performance.now() - begin) / 1_000;
      assert.ok(notices().length <= 4 + seconds, `${notices().length} notices for 40 messages in ${seconds} s`);
      const { spaces } = JSON.parse(notices().at(-1)!.body) as {
        spaces: { space: string; heads: { stream: string }[] }[];
      };
      assert.ok(spaces.some(({ space, heads }) => space === club.space && heads.length > 0));
    },
  ),

  federated(
    'SIG-4',
    'connections that trickle or say nothing keep nobody waiting, and are ended (F163)',
    async (scene) => {
      const { hostname, port } = new URL(scene.home.url);
      const sockets = Array.from({ length: 150 }, () =>
        connect({ host: hostname, port: Number(port), ca: scene.network.authority.certificate }),
      );
      const closed = sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
      for (const [n, socket] of sockets.entries()) {
        socket.on('error', () => socket.destroy());
        socket.resume();
        socket.once('secureConnect', () => {
          if (n % 3 === 0) socket.write('POST /federation/v1/intents HTTP/1.1\r\nHost: x\r\n');
          if (n % 3 === 1) socket.write('POST /federation/v1/ping HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
        });
      }
      const trickle = setInterval(
        () => sockets.forEach((socket, n) => n % 3 === 0 && socket.writable && socket.write('X')),
        1_000,
      );
      try {
        const one = await scene.puppet();
        for (let n = 0; n < 20; n++) {
          const begin = performance.now();
          assert.equal((await one.says()).status, 200);
          assert.ok(performance.now() - begin < 20_000);
        }
        await Promise.all(closed.filter((_, n) => n % 3 === 0));
        assert.equal((await one.says()).status, 200);
      } finally {
        clearInterval(trickle);
        for (const socket of sockets) socket.destroy();
      }
    },
    { patience: 150_000, isSlow: true },
  ),

  federated(
    'LIVE-6',
    'a follower that never reads is given up, and others do not wait for it (F163)',
    async (scene) => {
      const [owner] = await scene.visitors('owner');
      const club = await owner.founds('Slow');
      const [slow, quick] = [await scene.member(owner, club, 'slow'), await scene.member(owner, club, 'quick')];
      const [atSlow, atQuick] = [await slow.puppet.follows(), await quick.puppet.follows()];
      for (const live of [atSlow, atQuick]) await live.heads(club.space);
      atSlow.socket.pause();
      const text = '😀'.repeat(1_900);
      let sent = 0;
      await someAtOnce(
        Array.from({ length: 2_500 }, (_, n) => n),
        async (n) => {
          await owner.says(club.general, `${n} ${text}`);
          sent++;
        },
        16,
      );
      assert.equal(sent, 2_500);
      await owner.says(club.general, 'sentinel');
      await atQuick.hears('sentinel');
      atSlow.socket.resume();
      await atSlow.closing();
      assert.equal((await slow.puppet.gets(`/spaces/${club.space}`)).status, 200);
    },
    { patience: 180_000, isSlow: true },
  ),
];
