import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peek } from './check-lines.ts';

const line = (home: unknown, kid: unknown = 'k') =>
  JSON.stringify({ ev: { epoch: 1, seq: 7, kid: 'hub' }, p: { intent: { home, kid } } });

test('[KEY-5] keys are looked for at what may be a server, and nothing else is remembered', () => {
  assert.deepEqual(peek(line('home.example'))?.author, { home: 'home.example', kid: 'k' });
  for (const home of ['x'.repeat(300), 'a\u0000b', 'a/b', 'UPPER.example', '', '\ud800', 7, null])
    assert.equal(peek(line(home))?.author, undefined);
  assert.equal(peek(line('home.example', 'k'.repeat(50_000)))?.author, undefined);
});
