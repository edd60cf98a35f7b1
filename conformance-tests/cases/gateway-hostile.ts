import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { conformance } from '../case.ts';
import { frameOf, RawSocket } from '../raw-socket.ts';
import { Visitor } from '../visitor.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

export const gatewayHostileCases = [
  conformance('GW-2', 'a socket that says nothing is closed after ten seconds (C41)', async ({ target, signal }) => {
    const begin = performance.now();
    const raw = new RawSocket(target.url, signal);
    await raw.hello();
    const code = await raw.closing();
    const waited = performance.now() - begin;
    assert.ok(code === 4010 || code === 4003, `${code}`);
    assert.ok(waited > 9_000 && waited < 60_000, `${waited} ms`);
  }),

  conformance(['GW-2', 'GW-8'], 'frames that are none close the socket (C45)', async ({ people, rules }) => {
    const [ada] = await people('Ada');
    const visitor = new Visitor({ ...ada.parts, rules });
    const hostile = [
      'x',
      '',
      'null',
      '[]',
      '"identify"',
      '{}',
      '{"op":null}',
      '{"op":"dance"}',
      '{"op":["identify"]}',
      '{"op":"__proto__"}',
      '{"op":"constructor"}',
      '{"op":"heartbeat"}',
      '{"op":"heartbeat","seq":null}',
      '{"op":"heartbeat","seq":-1}',
      '{"op":"heartbeat","seq":1.5}',
      '{"op":"heartbeat","seq":1e400}',
      '{"op":"heartbeat","seq":0,"more":1}',
      '{"op":"heartbeat","seq":0,"seq":0}',
      '{"op":"heartbeat","seq":0,"__proto__":{}}',
      '{"op":"watch","users":["x"]}',
      `{"op":"watch","users":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      '{"op":"idle","idle":"\\ud800"}',
      `{"op":"watch","users":[${Array.from({ length: 201 }, () => `"u_${'a'.repeat(32)}"`).join()}]}`,
    ];
    for (const text of hostile) {
      const gateway = await ada.watches();
      gateway.send(text);
      assert.equal(await gateway.closing(), 4002, text.slice(0, 80));
    }
    const binary = await ada.watches();
    binary.socket.send(json({ op: 'heartbeat', seq: 0 }), { binary: true });
    assert.equal(await binary.closing(), 4002);
    await visitor.asks(getServer);
  }),

  conformance(
    ['GW-2', 'GW-8'],
    'whoever does not identify first, or does so twice, is sent away',
    async ({ visitors }) => {
      const [ada] = await visitors('Ada');
      const early = ada.connects();
      await early.frame('hello');
      early.send({ op: 'heartbeat', seq: 0 });
      assert.equal(await early.closing(), 4003);
      const twice = await ada.watches();
      twice.send({ op: 'identify', token: ada.token });
      assert.equal(await twice.closing(), 4005);
      const both = ada.connects();
      await both.frame('hello');
      both.send({ op: 'identify', token: ada.token });
      both.send({ op: 'identify', token: ada.token });
      assert.equal(await both.closing(), 4005);
    },
  ),

  conformance('GW-2', 'a frame that is too large closes the socket, before identify sooner', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const late = await ada.watches();
    late.send(JSON.stringify({ op: 'watch', users: [], pad: 'x'.repeat(65_536) }));
    assert.equal(await late.closing(), 1009);
    const early = ada.connects();
    await early.frame('hello');
    early.send(JSON.stringify({ op: 'identify', token: ada.token, pad: 'x'.repeat(4_096) }));
    assert.equal(await early.closing(), 1009);
  }),

  conformance(
    'GW-8',
    'what breaks the rules of WebSocket is closed with the code for it (C42)',
    async ({ target, signal, rules }) => {
      const bomb = deflateRawSync(Buffer.alloc(50 * 2 ** 20));
      const hostile: [string, Buffer, readonly number[]][] = [
        ['not masked', frameOf(json({ op: 'heartbeat', seq: 0 }), { masked: false }), [1002]],
        ['a reserved bit', frameOf(json({ op: 'heartbeat', seq: 0 }), { reserved: 0x20 }), [1002]],
        ['compressed though nobody agreed', frameOf(bomb, { reserved: 0x40 }), [1002, 1009]],
        ['an opcode that is none', frameOf(Buffer.from('x'), { opcode: 3 }), [1002]],
        ['not UTF-8', frameOf(Buffer.from([0xc3, 0x28])), [1007]],
        ['a fragment of nothing', frameOf(Buffer.from('x'), { opcode: 0 }), [1002]],
        ['a ping of 126 bytes', frameOf(Buffer.alloc(126), { opcode: 9 }), [1002]],
        [
          '20,000 fragments',
          Buffer.concat([
            frameOf(Buffer.from('{'), { fin: false }),
            ...Array.from({ length: 20_000 }, () => frameOf(Buffer.from(' '), { opcode: 0, fin: false })),
          ]),
          [1008, 1009, 4008, 1006],
        ],
      ];
      for (const [what, bytes, codes] of hostile) {
        const raw = new RawSocket(target.url, signal, { 'sec-websocket-extensions': 'permessage-deflate' });
        await raw.hello();
        raw.send(bytes);
        const code = await raw.closing();
        assert.ok(codes.includes(code), `${what}: ${code}`);
        raw.end();
      }
      await new Visitor({ url: target.url, rules, signal }).asks(getServer);
    },
  ),

  conformance(
    'GW-13',
    'whoever does not read is dropped, others are not held up, and it can be resumed (C43)',
    async ({ people, signal }) => {
      const [owner, reader, slow] = await people('owner', 'reader', 'slow');
      const club = await owner.founds('Tea club');
      await owner.invites(reader);
      await owner.invites(slow);
      const raw = new RawSocket(slow.parts.url, signal);
      await raw.hello();
      raw.send(frameOf(json({ op: 'identify', token: slow.token })));
      await raw.has('"op":"ready"');
      const session = /"session":"(g_[a-z2-7]{26})"/.exec(raw.received.toString())?.[1] ?? '';
      raw.socket.pause();
      const text = '🐢'.repeat(4_000);
      const sent = await Promise.all(Array.from({ length: 420 }, () => owner.says(club.general, text)));
      for (const one of sent) await reader.hears(one);
      raw.socket.resume();
      // Who reads again too late does not find the frame that closes it any more.
      const code = await raw.closing();
      assert.ok(code === 4009 || code === 1006, `${code}`);
      const back = slow.connects();
      await back.frame('hello');
      back.send({ op: 'resume', token: slow.token, session, seq: 0 });
      await back.until(() => back.frames.length > 1, 'the answer to resume came');
      assert.equal(back.frames[1]!.op, 'resumed');
      await back.until(() => back.count === sent.length, 'everything came');
      const ids = back.events().map((event) => (event.t === 'message.created' ? event.d.message.id : event.t));
      const inOrder = sent.map(({ id }) => id).sort(comparePositions);
      assert.deepEqual(ids, inOrder);
    },
  ),
];
