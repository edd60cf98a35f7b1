import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../base/errors.ts';
import { requireGoodHandle, skeletonOf } from './handles.ts';

const alike: [string, string][] = [
  ['bob', 'b0b'],
  ['lisa', '1isa'],
  ['lisa', 'iisa'],
  ['sam', '5am'],
  ['modern', 'modem'],
  ['modern', 'rnodern'],
  ['will', 'vvill'],
  ['annabell', 'anna_bell'],
  ['annabell', 'anna.bell'],
  ['barney', 'bar.ney'],
];

const different: [string, string][] = [
  ['anna', 'hanna'],
  ['bob', 'rob'],
  ['sam', 'zam'],
];

for (const [a, b] of alike) test(`${a} looks like ${b}`, () => assert.equal(skeletonOf(a), skeletonOf(b)));
for (const [a, b] of different)
  test(`${a} does not look like ${b}`, () => assert.notEqual(skeletonOf(a), skeletonOf(b)));

const refused: [string, string][] = [
  ['admin', 'reserved'],
  ['adm1n', 'reserved'],
  ['a.d.m.i.n', 'reserved'],
  ['5upport', 'reserved'],
  ['f0lkm00t', 'reserved'],
  ['everyone', 'reserved'],
  ['here', 'reserved'],
  ['.anna', 'dots'],
  ['anna.', 'dots'],
  ['an..na', 'dots'],
  ['__', 'too_short'],
  ['_a', 'too_short'],
];

for (const [handle, reason] of refused) {
  test(`${handle} is refused: ${reason}`, () => {
    assert.throws(
      () => requireGoodHandle(handle),
      (error) => error instanceof Refusal && error.code === 'bad_handle' && error.details['reason'] === reason,
    );
  });
}

for (const handle of ['anna', 'anna.bell', 'al', 'x_y', '42nd.street', 'administrata']) {
  test(`${handle} is fine`, () => requireGoodHandle(handle));
}
