import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PresenceSetting } from '@folkmoot/protocol-spec/schemas/people.ts';
import { systemClock } from '../base/clock.ts';
import { createLog } from '../base/log.ts';
import { startGateway, TestClient } from '../gateway/gateway-testing.ts';
import type { Reader } from '../storage/database.ts';
import { PresenceBook } from './presence-book.ts';

const user = (letter: string) => `u_${letter.repeat(32)}`;
const [alice, bob, eve] = [user('a'), user('b'), user('e')];
const log = createLog({ level: 'silent', format: 'json' });

/** Alice and Bob share a space; Eve shares none with anybody. */
async function start(times: { graceMs?: number; coalesceMs?: number } = {}) {
  const settings = new Map<string, PresenceSetting>();
  const settingOf = (id: string): PresenceSetting => settings.get(id) ?? { status: 'online', text: '' };
  const together = new Set([alice, bob]);
  const presence = new PresenceBook({
    database: { read: (work) => work({} as Reader) },
    inView: async (_reader, asking, others) =>
      together.has(asking) ? others.filter((other) => together.has(other)) : [],
    presenceSetting: async (_reader, id) => settingOf(id),
    clock: systemClock,
    log,
    graceMs: 300,
    coalesceMs: 50,
    ...times,
  });
  const gateway = await startGateway({ presence });
  return {
    presence,
    together,
    async connect(id: string): Promise<TestClient> {
      const client = new TestClient(gateway.url);
      await client.identifies(id);
      return client;
    },
    set(id: string, setting: PresenceSetting): void {
      settings.set(id, setting);
      gateway.signals.presenceChanged(id);
    },
    sentinel: (id: string) => gateway.signals.send({ audience: { to: 'user', user: id }, t: 'sentinel', d: {} }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      presence[Symbol.dispose]();
    },
  };
}

const statuses = (client: TestClient, of: string) =>
  client.events.flatMap(({ t, d }) => {
    const { presence } = d as { presence?: { user: string; status: string; text: string } };
    return t === 'presence.updated' && presence?.user === of ? [presence.status] : [];
  });
const sees = (client: TestClient, of: string, status: string) =>
  client.until(() => statuses(client, of).at(-1) === status);

test('somebody in view is seen coming, idling, being busy and going', async () => {
  await using home = await start();
  const b = await home.connect(bob);
  b.send({ op: 'watch', users: [alice, bob] });
  await sees(b, bob, 'online');
  const a = await home.connect(alice);
  await sees(b, alice, 'online');
  a.send({ op: 'idle', idle: true });
  await sees(b, alice, 'idle');
  const second = await home.connect(alice);
  await sees(b, alice, 'online');
  second.send({ op: 'idle', idle: true });
  await sees(b, alice, 'idle');
  home.set(alice, { status: 'dnd', text: 'writing' });
  await sees(b, alice, 'dnd');
  assert.deepEqual(home.presence.presencesOf([alice, eve]), [
    { user: alice, status: 'dnd', text: 'writing' },
    { user: eve, status: 'offline', text: '' },
  ]);
  a.socket.terminate();
  second.socket.terminate();
  await sees(b, alice, 'offline');
  assert.deepEqual(statuses(b, alice), ['online', 'idle', 'online', 'idle', 'dnd', 'offline']);
});

test('who comes later is told at once who is there, and nothing of those who are not', async () => {
  await using home = await start();
  await home.connect(alice);
  const b = await home.connect(bob);
  b.send({ op: 'watch', users: [alice, user('c')] });
  await sees(b, alice, 'online');
  assert.equal(b.events.length, 1);
});

test('invisible looks like offline', async () => {
  await using home = await start();
  home.set(alice, { status: 'invisible', text: 'here all the same' });
  const b = await home.connect(bob);
  b.send({ op: 'watch', users: [alice] });
  const a = await home.connect(alice);
  home.set(alice, { status: 'invisible', text: 'still' });
  home.presence.presencesOf([alice]);
  home.set(alice, { status: 'online', text: '' });
  await sees(b, alice, 'online');
  home.set(alice, { status: 'invisible', text: '' });
  await sees(b, alice, 'offline');
  assert.deepEqual(home.presence.presencesOf([alice]), [{ user: alice, status: 'offline', text: '' }]);
  a.socket.close(1000);
});

test('a reload of the page is not seen', async () => {
  await using home = await start({ graceMs: 60_000 });
  const [a, b] = [await home.connect(alice), await home.connect(bob)];
  b.send({ op: 'watch', users: [alice] });
  await sees(b, alice, 'online');
  a.socket.close(1000);
  await a.closed;
  await home.connect(alice);
  home.set(alice, { status: 'dnd', text: '' });
  await sees(b, alice, 'dnd');
  assert.deepEqual(statuses(b, alice), ['online', 'dnd']);
});

test('somebody without a common space is never told of, also not any more', async () => {
  await using home = await start();
  const [a, e, b] = [await home.connect(alice), await home.connect(eve), await home.connect(bob)];
  e.send({ op: 'watch', users: [alice, bob] });
  b.send({ op: 'watch', users: [alice, eve] });
  await sees(b, alice, 'online');
  home.together.delete(bob);
  home.presence.leftSpace(bob);
  a.send({ op: 'idle', idle: true });
  const witness = await home.connect(alice);
  home.sentinel(eve);
  home.sentinel(bob);
  await e.seesEvent('sentinel');
  await b.seesEvent('sentinel');
  assert.deepEqual(statuses(e, alice), []);
  assert.deepEqual(statuses(b, eve), []);
  assert.ok(statuses(b, alice).length <= 2);
  witness.socket.close(1000);
});

test('many changes of somebody are told as few', async () => {
  await using home = await start({ coalesceMs: 3_000 });
  const [a, b] = [await home.connect(alice), await home.connect(bob)];
  b.send({ op: 'watch', users: [alice] });
  await sees(b, alice, 'online');
  for (let i = 0; i < 20; i++) a.send({ op: 'idle', idle: i % 2 === 0 });
  home.set(alice, { status: 'dnd', text: 'done' });
  await sees(b, alice, 'dnd');
  assert.ok(statuses(b, alice).length <= 3, statuses(b, alice).join());
});
