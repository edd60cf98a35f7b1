import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { logIn } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { bind } from './bind.ts';
import { serve } from './http-testing.ts';

const path = '/api/v1/sessions';
const bindings = [bind(logIn, () => assert.fail('a handler was asked'))];
const manyKeys = Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":1`).join(',');

const bodies: [string, string, number, string][] = [
  ['a million brackets', '['.repeat(1_000_000), 413, 'too_large'],
  ['brackets up to the limit', '['.repeat(128 * 1024), 400, 'too_deep'],
  ['five megabytes of numbers', `[${'1234567890,'.repeat(500_000)}1]`, 413, 'too_large'],
  ['a number with a hundred thousand digits', '9'.repeat(100_000), 400, 'invalid_body'],
  ['a number beyond all bounds', '{"login":1e400,"password":"x"}', 400, 'invalid_body'],
  ['a million keys', `{${manyKeys}}`, 413, 'too_large'],
  ['as many keys as fit', `{${manyKeys.slice(0, 120_000).replace(/,[^,]*$/, '')}}`, 400, 'invalid_body'],
  ['nothing', '', 400, 'invalid_body'],
  ['no JSON', '<xml/>', 400, 'invalid_json'],
];

for (const [what, body, status, code] of bodies) {
  test(`C119: ${what}: ${status}`, async (t) => {
    const { ask } = await serve(t, { bindings });
    const answer = await ask('POST', path, { body });
    assert.deepEqual([answer.status, answer.code], [status, code]);
  });
}

test('C119: the scan stays short for every shape of a body', async (t) => {
  const { ask } = await serve(t, { bindings });
  for (const unit of ['"', '\\"', '":', '{', '{"":', '[1,', '\u{1f600}', '"\\u0000"']) {
    const { status } = await ask('POST', path, {
      body: unit.repeat(Math.floor((128 * 1024) / Buffer.byteLength(unit))),
    });
    assert.equal(status, 400, unit);
  }
});

const types = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  '',
];
for (const type of [...types, 'application/json; charset=utf-16', 'application/json, text/plain']) {
  test(`a body as "${type}" is not taken`, async (t) => {
    const { ask } = await serve(t, { bindings });
    const { status, code } = await ask('POST', path, { body: '{}', headers: { 'content-type': type } });
    assert.deepEqual([status, code], [415, 'unsupported_media_type']);
  });
}

test('a compressed body is not taken', async (t) => {
  const { ask } = await serve(t, { bindings });
  const { status } = await ask('POST', path, { body: '{}', headers: { 'content-encoding': 'gzip' } });
  assert.equal(status, 415);
});

test('a body without a length is cut off at the limit, and the connection still works', async (t) => {
  const { url } = await serve(t, { bindings });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  const answers = statusLines(socket);
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  socket.write(head);
  for (let i = 0; i < 20; i++) socket.write(`4000\r\n${' '.repeat(0x4000)}\r\n`);
  assert.equal((await answers.next()).value, 'HTTP/1.1 413 Payload Too Large');
  socket.write(`0\r\n\r\nGET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  assert.equal((await answers.next()).value, 'HTTP/1.1 200 OK');
});

async function* statusLines(socket: AsyncIterable<Buffer>): AsyncGenerator<string, undefined> {
  for await (const chunk of socket) yield* chunk.toString('latin1').match(/^HTTP\/1\.1 [^\r]*/gm) ?? [];
  return undefined;
}
