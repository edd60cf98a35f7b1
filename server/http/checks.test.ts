import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import type { TSchema } from 'typebox';
import { checkOf } from './checks.ts';

const many = 60_000;
const long: [string, unknown][] = [
  ['numbers', Array<number>(many).fill(1)],
  ['texts', Array<string>(many).fill('message.send')],
  ['objects', Array.from({ length: many }, () => ({}))],
  ['members', Object.fromEntries(Array.from({ length: many }, (_, i) => [`k${i}`, 1]))],
];

const sizes = endpoints.flatMap(({ name, body }) => (body ? [[name, body] as const] : []));

for (const [what, value] of long) {
  test(`C119: ${what} where a body has something else are refused before long`, () => {
    for (const [name, body] of sizes) {
      const members = (body as TSchema & { properties?: object }).properties ?? {};
      const filled = Object.fromEntries(Object.keys(members).map((member) => [member, value]));
      const start = process.cpuUsage();
      assert.ok(checkOf(body)(filled), name);
      assert.ok(checkOf(body)(value), name);
      const { user } = process.cpuUsage(start);
      // Linear in the size takes a few milliseconds; by its square it was forty seconds.
      assert.ok(user < 2_000_000, `${name}: ${user} µs`);
    }
  });
}

test('a member that JSON calls __proto__ is seen', () => {
  const [, body] = sizes.find(([name]) => name === 'updateProfile') ?? assert.fail();
  assert.deepEqual(checkOf(body)(JSON.parse('{"__proto__":{"admin":true}}')), {
    path: '/__proto__',
    expected: 'no such member',
  });
});

test('of a closed set all values are named', () => {
  const [, body] = sizes.find(([name]) => name === 'logIn') ?? assert.fail();
  const value = { login: 'a', password: 'b', transport: 'pigeon' };
  assert.deepEqual(checkOf(body)(value), { path: '/transport', expected: 'one of cookie, bearer' });
});
