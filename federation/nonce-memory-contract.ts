import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NONCE_MS, type NonceMemory, type NonceMemoryOptions } from './nonce-memory.ts';

/** What every implementation of the port keeps. */
export function nonceMemoryContract(
  name: string,
  create: (options: Required<NonceMemoryOptions>) => NonceMemory,
): void {
  let time = 1_000_000;
  const make = (capacity = 100) => create({ now: () => time, capacity });

  test(`${name}: [SIG-8] a nonce is used once by a server, and by each server for itself`, () => {
    const nonces = make();
    assert.equal(nonces.has('a.example', 'n'), false);
    assert.equal(nonces.use('a.example', 'n'), true);
    assert.equal(nonces.has('a.example', 'n'), true);
    assert.equal(nonces.use('a.example', 'n'), false);
    assert.equal(nonces.use('b.example', 'n'), true);
  });

  test(`${name}: [SIG-8] it is remembered for ten minutes from whenever it came`, () => {
    const nonces = make();
    for (const offset of [0, 1, NONCE_MS - 1]) {
      time += offset;
      assert.equal(nonces.use('a.example', `n${offset}`), true);
      const used = time;
      time = used + NONCE_MS;
      assert.equal(nonces.use('a.example', `n${offset}`), false);
    }
    time += 2 * NONCE_MS;
    assert.equal(nonces.use('a.example', 'n0'), true);
  });

  test(`${name}: a server that fills its memory is refused, and nothing is forgotten for it`, () => {
    const nonces = make(3);
    for (const nonce of ['a', 'b', 'c']) assert.equal(nonces.use('a.example', nonce), true);
    assert.throws(() => nonces.use('a.example', 'd'), { code: 'busy' });
    assert.equal(nonces.use('a.example', 'a'), false);
    assert.equal(nonces.use('b.example', 'd'), true);
  });
}
