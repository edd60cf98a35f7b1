import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startGateway, TestClient } from './gateway-testing.ts';

/** A frame as a client would send it, with a mask of zeros, or deliberately wrong. */
function frame(
  content: string | Buffer,
  { first = 0x81, masked = true, length }: { first?: number; masked?: boolean; length?: number } = {},
): Buffer {
  const body = Buffer.from(content);
  const size = length ?? body.length;
  const header =
    size < 126
      ? [size]
      : size < 65_536
        ? [126, size >> 8, size & 255]
        : [127, 0, 0, 0, 0, (size >> 24) & 255, (size >> 16) & 255, (size >> 8) & 255, size & 255];
  header[0] = (header[0] as number) | (masked ? 0x80 : 0);
  return Buffer.concat([Buffer.from([first, ...header]), Buffer.alloc(masked ? 4 : 0), body]);
}

/** Speaks to the gateway below WebSocket; resolves with the close code that it gets, 1006 where there is none. */
async function provoke(port: number, send: (socket: Socket) => void): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  let wake: () => void = () => undefined;
  const happens = () => new Promise<void>((resolve) => (wake = resolve));
  socket.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data]);
    wake();
  });
  socket.on('close', () => wake());
  socket.on('error', () => undefined);
  socket.write(
    `GET /gateway HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
  );
  while (!received.includes('"hello"') && !socket.destroyed) await happens();
  assert.doesNotMatch(received.toString('latin1'), /permessage-deflate/i);
  send(socket);
  for (;;) {
    const code = closeCodeIn(received);
    if (code !== undefined || socket.destroyed) {
      socket.destroy();
      return code ?? 1006;
    }
    await happens();
  }
}

function closeCodeIn(received: Buffer): number | undefined {
  let at = received.indexOf('\r\n\r\n') + 4;
  while (at + 4 <= received.length) {
    const length = received[at + 1] as number;
    const [body, size] = length === 126 ? [at + 4, received.readUInt16BE(at + 2)] : [at + 2, length];
    if (received[at] === 0x88) return received.readUInt16BE(body);
    at = body + size;
  }
  return undefined;
}

const identify = frame(JSON.stringify({ op: 'identify', token: 'u_a' }));
const json = (value: unknown) => JSON.stringify(value);
const deep = '['.repeat(20_000);

/** What is sent, after `identify` where that is said, and the close codes that are right for it. */
const cases: [name: string, code: number, send: (socket: Socket) => void, identified?: boolean][] = [
  ['a frame without a mask', 1002, (socket) => socket.write(frame('{}', { masked: false }))],
  ['RSV1 without an extension', 1002, (socket) => socket.write(frame('{}', { first: 0xc1 }))],
  ['RSV2', 1002, (socket) => socket.write(frame('{}', { first: 0xa1 }))],
  ['an unknown opcode', 1002, (socket) => socket.write(frame('{}', { first: 0x83 }))],
  ['a continuation of nothing', 1002, (socket) => socket.write(frame('{}', { first: 0x80 }))],
  ['a ping in pieces', 1002, (socket) => socket.write(frame('', { first: 0x09 }))],
  ['a ping of 126 bytes', 1002, (socket) => socket.write(frame('x'.repeat(126), { first: 0x89 }))],
  ['invalid UTF-8', 1007, (socket) => socket.write(frame(Buffer.from([0x22, 0xff, 0xfe, 0x22])))],
  ['4 KiB and 1 byte before identify', 1009, (socket) => socket.write(frame('x'.repeat(4_097)))],
  ['64 KiB and 1 byte', 1009, (socket) => socket.write(frame('x'.repeat(65_537))), true],
  ['a length of 50 MB', 1009, (socket) => socket.write(frame('x', { length: 50_000_000 }))],
  [
    '20,000 fragments of one byte',
    1008,
    (socket) => {
      socket.write(frame('"', { first: 0x01 }));
      for (let i = 0; i < 20_000; i++) socket.write(frame('x', { first: 0x00 }));
    },
  ],
  [
    'a flood of pings',
    4008,
    (socket) => {
      for (let i = 0; i < 1_000; i++) socket.write(frame('x', { first: 0x89 }));
    },
  ],
  [
    'a flood of frames',
    4008,
    (socket) => {
      for (let i = 0; i < 121; i++) socket.write(frame(json({ op: 'heartbeat', seq: 0 })));
    },
    true,
  ],
  ['a binary frame', 4002, (socket) => socket.write(frame('{}', { first: 0x82 }))],
  ['nothing', 4002, (socket) => socket.write(frame(''))],
  ['no JSON', 4002, (socket) => socket.write(frame('hello'))],
  ['null', 4002, (socket) => socket.write(frame('null'))],
  ['an array', 4002, (socket) => socket.write(frame('[]'))],
  ['no op', 4002, (socket) => socket.write(frame('{}'))],
  ['an unknown op', 4002, (socket) => socket.write(frame(json({ op: 'explode' })))],
  ['an op that objects have', 4002, (socket) => socket.write(frame(json({ op: 'constructor' })))],
  ['an op that is null', 4002, (socket) => socket.write(frame(json({ op: null })))],
  ['d: null', 4002, (socket) => socket.write(frame(json({ op: 'heartbeat', seq: 0, d: null }))), true],
  ['nesting', 1009, (socket) => socket.write(frame(deep))],
  ['nesting, once identified', 4002, (socket) => socket.write(frame(deep)), true],
  ['1e400', 4002, (socket) => socket.write(frame('{"op":"heartbeat","seq":1e400}')), true],
  ['a count that is negative', 4002, (socket) => socket.write(frame(json({ op: 'heartbeat', seq: -1 }))), true],
  ['a count that is missing', 4002, (socket) => socket.write(frame(json({ op: 'heartbeat' }))), true],
  ['a count from the future', 4007, (socket) => socket.write(frame(json({ op: 'heartbeat', seq: 5 }))), true],
  ['a key that is there twice', 4002, (socket) => socket.write(frame('{"op":"heartbeat","seq":0,"seq":0}')), true],
  ['__proto__', 4002, (socket) => socket.write(frame('{"op":"heartbeat","seq":0,"__proto__":{}}')), true],
  [
    '201 watched users',
    4002,
    (socket) => socket.write(frame(json({ op: 'watch', users: Array(201).fill(`u_${'a'.repeat(32)}`) }))),
    true,
  ],
  ['a token that is an object', 4002, (socket) => socket.write(frame(json({ op: 'identify', token: { $ne: null } })))],
  ['half a surrogate pair', 4002, (socket) => socket.write(frame('{"op":"identify","token":"\\ud800"}'))],
];

test('whatever a client sends, it is closed with the code for it and nobody else notices', async (t) => {
  await using gateway = await startGateway({ rateLimits: true });
  gateway.state.spaces['s_one'] = { owner: 'u_owner', roles: [], channels: {}, members: { u_a: [], u_witness: [] } };
  const witness = new TestClient(gateway.url);
  await witness.identifies('u_witness');
  for (const [name, code, send, identified] of cases) {
    await t.test(name, async () => {
      const closedWith = await provoke(gateway.port, (socket) => {
        if (identified) socket.write(identify);
        send(socket);
      });
      assert.equal(closedWith, code);
    });
  }
  gateway.signals.send({ audience: { to: 'user', user: 'u_witness' }, t: 'sentinel', d: {} });
  await witness.seesEvent('sentinel');
  while (gateway.gateway.size.sockets > 1) await new Promise((resolve) => setImmediate(resolve));
});

test('10,000 frames of garbage leave nothing behind', async () => {
  await using gateway = await startGateway();
  gateway.state.spaces['s_one'] = { owner: 'u_owner', roles: [], channels: {}, members: {} };
  const garbage = cases.filter(([name]) => !/flood|fragments/.test(name));
  for (let i = 0; i < 400; i++) {
    const sends = Array.from({ length: 25 }, (_, n) => garbage[(i * 25 + n) % garbage.length]);
    await Promise.all(sends.map((hostile) => provoke(gateway.port, (socket) => hostile?.[2](socket))));
  }
  while (gateway.gateway.size.sockets > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(gateway.gateway.size, { sockets: 0, sessions: 0 });
});
