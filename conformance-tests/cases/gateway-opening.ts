import assert from 'node:assert/strict';
import { endSession, logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { conformance } from '../case.ts';
import { Refused } from '../gateway-connection.ts';
import type { Person } from '../person.ts';
import { Visitor } from '../visitor.ts';

async function refusedWith(person: Person, options: Parameters<Person['connects']>[0]): Promise<number> {
  try {
    await person.connects(options).frame('hello');
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Refused) return error.cause.status;
    throw error;
  }
  return 101;
}

export const gatewayOpeningCases = [
  conformance(
    ['GW-1', 'GW-3'],
    'hello comes first, and identify is answered with what a client needs',
    async ({ visitors }) => {
      const [ada] = await visitors('Ada');
      const club = await ada.founds('Tea club');
      const gateway = await ada.watches();
      assert.deepEqual(
        gateway.frames.map(({ op }) => op),
        ['hello', 'ready'],
      );
      const ready = await gateway.frame('ready');
      assert.equal(ready.login, ada.session);
      assert.equal(ready.d.account.id, ada.id);
      assert.deepEqual(
        ready.d.spaces.map(({ id }) => id),
        [club.space],
      );
      const other = await ada.watches();
      assert.notEqual((await other.frame('ready')).session, ready.session);
    },
  ),

  conformance('GW-3', 'a token that is none closes the socket', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    for (const token of [`fm_s_${'A'.repeat(43)}`, ada.refreshToken, '', 'x', undefined]) {
      const gateway = ada.connects();
      await gateway.frame('hello');
      gateway.send({ op: 'identify', ...(token === undefined ? {} : { token }) });
      assert.equal(await gateway.closing(), 4004, token);
    }
  }),

  conformance('GW-2', 'the cookie of the upgrade is as good as a token', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const body = { login: ada.handle, password: ada.password, transport: 'cookie' };
    const answer = await new Visitor(ada.parts).tries(logIn, { body });
    const cookie = (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ');
    const gateway = ada.connects({ socket: { headers: { cookie }, origin: ada.parts.url } });
    await gateway.frame('hello');
    gateway.send({ op: 'identify' });
    assert.equal((await gateway.frame('ready')).d.account.id, ada.id);
  }),

  conformance('GW-1', 'a page of another site cannot connect', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    for (const origin of ['https://evil.example', 'null', `${ada.parts.url}.evil.example`, 'http://127.0.0.1:1']) {
      assert.equal(await refusedWith(ada, { socket: { origin } }), 403, origin);
    }
    assert.equal(await refusedWith(ada, { socket: { origin: ada.parts.url } }), 101);
  }),

  conformance(['GW-1', 'API-5'], 'a token in the address of the gateway is refused', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    for (const path of [
      `/gateway?token=${ada.token}`,
      `/gateway?access_token=${ada.token}`,
      `/gateway?x=${ada.token}`,
    ]) {
      const status = await refusedWith(ada, { path });
      assert.ok(status >= 400 && status < 500, `${status}`);
    }
    assert.equal(await refusedWith(ada, { path: '/gateway2' }), 404);
  }),

  conformance('GW-4', 'every heartbeat is answered', async ({ people }) => {
    const [ada] = await people('Ada');
    const gateway = ada.gateway!;
    const hello = await gateway.frame('hello');
    assert.ok(hello.heartbeat >= 5_000);
    for (let i = 1; i <= 3; i++) {
      gateway.send({ op: 'heartbeat', seq: gateway.count });
      await gateway.until(() => gateway.frames.filter(({ op }) => op === 'heartbeat_ack').length === i, `${i} acks`);
    }
  }),

  conformance(
    ['GW-15', 'ACC-5'],
    'the sockets of a session close when it ends, and those of another do not',
    async ({ visitors }) => {
      const [ada] = await visitors('Ada');
      const phone = new Visitor(ada.parts);
      phone.token = (await phone.asks(logIn, { body: { login: ada.handle, password: ada.password } })).token;
      const [one, two] = [await ada.watches(), await ada.watches()];
      const other = ada.connects();
      await other.frame('hello');
      other.send({ op: 'identify', token: phone.token });
      await other.frame('ready');
      await phone.asks(endSession, { params: { session: ada.session } });
      assert.deepEqual([await one.closing(), await two.closing()], [4004, 4004]);
      other.send({ op: 'heartbeat', seq: other.count });
      await other.frame('heartbeat_ack');
    },
  ),
];
