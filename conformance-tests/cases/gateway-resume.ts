import assert from 'node:assert/strict';
import { conformance } from '../case.ts';
import type { GatewayConnection } from '../gateway-connection.ts';
import type { Person } from '../person.ts';

/** Comes back to a gateway session on a new socket, as one who has taken `seq` events. */
async function resumes(person: Person, session: string, seq: number): Promise<GatewayConnection> {
  const gateway = person.connects();
  await gateway.frame('hello');
  gateway.send({ op: 'resume', token: person.token, session, seq });
  await gateway.until(() => gateway.frames.length > 1, 'the answer to resume came');
  return gateway;
}

const sessionOf = async (gateway: GatewayConnection) => (await gateway.frame('ready')).session;
const eventsOf = (gateway: GatewayConnection) => gateway.texts.filter((text) => text.startsWith('{"op":"event"'));

export const gatewayResumeCases = [
  conformance(
    ['GW-5', 'GW-10'],
    'whoever comes back gets what was missed, with the same bytes and nothing twice',
    async ({ people }) => {
      const [owner, reader] = await people('owner', 'reader');
      const club = await owner.founds('Tea club');
      await owner.invites(reader);
      const lost = await reader.watches();
      const whole = reader.connections[0]!;
      const session = await sessionOf(lost);
      await owner.says(club.general, 'one');
      await lost.event('message.created', (d) => d.message.content === 'one');
      const taken = lost.count;
      lost.socket.terminate();
      for (const text of ['two', 'three', 'four']) await owner.says(club.general, text);
      await whole.event('message.created', (d) => d.message.content === 'four');
      const back = await resumes(reader, session, taken);
      const { replayed } = await back.frame('resumed');
      assert.equal(replayed, 3);
      await owner.says(club.general, 'five');
      for (const gateway of [back, whole]) await gateway.event('message.created', (d) => d.message.content === 'five');
      const said = back.events().flatMap((event) => (event.t === 'message.created' ? [event.d.message.content] : []));
      assert.deepEqual(said, ['two', 'three', 'four', 'five']);
      assert.deepEqual(eventsOf(back), eventsOf(whole).slice(-4));
      assert.equal(back.frames[1]!.op, 'resumed');
      back.send({ op: 'heartbeat', seq: taken + 4 });
      await back.frame('heartbeat_ack');
    },
  ),

  conformance('GW-10', 'coming back while much is said loses and doubles nothing', async ({ people }) => {
    const [owner, reader] = await people('owner', 'reader');
    const club = await owner.founds('Tea club');
    await owner.invites(reader);
    let gateway = await reader.watches();
    const session = await sessionOf(gateway);
    const seen: string[] = [];
    const count = 120;
    const talks = async () => {
      for (let i = 0; i < count; i++) await owner.says(club.general, `number ${i}`);
    };
    const comesAndGoes = async () => {
      for (let turn = 0; seen.length < count; turn++) {
        const wanted = Math.min(count, (turn + 1) * 25);
        await gateway.until(() => seen.length + eventsOf(gateway).length >= wanted, 'some came');
        gateway.socket.terminate();
        seen.push(...eventsOf(gateway));
        gateway = await resumes(reader, session, seen.length);
        assert.equal(gateway.frames[1]!.op, 'resumed');
      }
    };
    await Promise.all([talks(), comesAndGoes()]);
    const said = seen.map((text) => (JSON.parse(text) as { d: { message: { content: string } } }).d.message.content);
    assert.deepEqual(
      said,
      Array.from({ length: count }, (_, i) => `number ${i}`),
    );
  }),

  conformance(
    'GW-5',
    'what was acknowledged is not asked for again, and a count that cannot be ends the session',
    async ({ people }) => {
      const [owner, reader] = await people('owner', 'reader');
      const club = await owner.founds('Tea club');
      await owner.invites(reader);
      const gateway = await reader.watches();
      const session = await sessionOf(gateway);
      await owner.says(club.general, 'one');
      await gateway.event('message.created');
      gateway.send({ op: 'heartbeat', seq: gateway.count + 1 });
      assert.equal(await gateway.closing(), 4007);
      const again = await resumes(reader, session, 1);
      assert.equal(again.frames[1]!.op, 'invalid_session');
      const second = await reader.watches();
      const other = await resumes(reader, await sessionOf(second), 1_000_000).catch(() => undefined);
      const closed = other ?? reader.connections.at(-1)!;
      assert.equal(await closed.closing(), 4007);
    },
  ),

  conformance(
    'GW-11',
    'the session of somebody else, an old one and none at all look the same (C46)',
    async ({ people }) => {
      const [ada, eve] = await people('Ada', 'Eve');
      const theirs = await sessionOf(ada.gateway!);
      const never = `g_${'a'.repeat(26)}`;
      const texts: string[] = [];
      for (const session of [theirs, never]) {
        const gateway = await resumes(eve, session, 0);
        texts.push(gateway.texts[1]!);
        assert.equal(gateway.frames[1]!.op, 'invalid_session');
        gateway.send({ op: 'identify', token: eve.token });
        assert.equal((await gateway.frame('ready')).d.account.id, eve.id);
      }
      assert.equal(texts[0], texts[1]);
      ada.gateway!.send({ op: 'heartbeat', seq: ada.gateway!.count });
      await ada.gateway!.frame('heartbeat_ack');
      const stranger = eve.connects();
      await stranger.frame('hello');
      stranger.send({ op: 'resume', session: theirs, seq: 0 });
      assert.equal(await stranger.closing(), 4004);
    },
  ),

  conformance(
    'GW-12',
    'a socket closed with 1000 ends the session, and one that is resumed elsewhere is replaced',
    async ({ visitors }) => {
      const [ada] = await visitors('Ada');
      const gateway = await ada.watches();
      const session = await sessionOf(gateway);
      const second = await resumes(ada, session, 0);
      assert.equal(second.frames[1]!.op, 'resumed');
      assert.equal(await gateway.closing(), 4011);
      second.close(1000);
      await second.closing();
      const third = await resumes(ada, session, 0);
      assert.equal(third.frames[1]!.op, 'invalid_session');
    },
  ),

  conformance('GW-12', 'a socket closed with anything else can be resumed', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const gateway = await ada.watches();
    const session = await sessionOf(gateway);
    gateway.close(4100);
    await gateway.closing();
    assert.equal((await resumes(ada, session, 0)).frames[1]!.op, 'resumed');
  }),

  conformance(
    ['GW-9', 'GW-10'],
    'what was hidden meanwhile is not replayed after it was hidden',
    async ({ people }) => {
      const [owner, reader] = await people('owner', 'reader');
      const club = await owner.founds('Tea club');
      await owner.invites(reader);
      const gateway = await reader.watches();
      const session = await sessionOf(gateway);
      gateway.socket.terminate();
      await owner.kicks(club, reader);
      await owner.says(club.general, 'he is out');
      const own = await reader.founds('Own club');
      const sentinel = await reader.says(own.general, 'sentinel');
      const back = await resumes(reader, session, 0);
      await back.event('message.created', (d) => d.message.id === sentinel.id);
      assert.ok(!back.texts.some((text) => text.includes('he is out')));
      assert.ok(back.events().some(({ t }) => t === 'space.left'));
    },
  ),

  conformance(
    ['GW-11', 'GW-5'],
    'a session without a socket is kept for two minutes',
    async ({ visitors, target }) => {
      const [ada] = await visitors('Ada');
      const gateway = await ada.watches();
      const session = await sessionOf(gateway);
      gateway.socket.terminate();
      await target.advanceClock(100_000);
      const back = await resumes(ada, session, 0);
      assert.equal(back.frames[1]!.op, 'resumed');
    },
    { needs: ['advanceClock'] },
  ),

  conformance(
    ['GW-4', 'GW-8'],
    'a socket without a heartbeat is closed after two and a half of them, not before',
    async ({ visitors, target }) => {
      const [ada] = await visitors('Ada');
      const gateway = await ada.watches();
      const { heartbeat } = await gateway.frame('hello');
      await target.advanceClock(heartbeat * 2.5 - 10_000);
      gateway.send({ op: 'heartbeat', seq: gateway.count });
      await gateway.frame('heartbeat_ack');
      await target.advanceClock(heartbeat * 2.5 + 1_000);
      assert.equal(await gateway.closing(), 4010);
    },
    { needs: ['advanceClock'] },
  ),
];
