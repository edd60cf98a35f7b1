import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSuddenlyNarrow } from './picture-rest.ts';

const cases: { name: string; looks: [fits: number, asked: number][]; narrow: boolean }[] = [
  { name: 'nothing is known', looks: [], narrow: false },
  {
    name: 'all fits',
    looks: [
      [900, 0],
      [900, 0],
    ],
    narrow: false,
  },
  {
    name: 'packets are late, and none is missed',
    looks: [
      [900, 0],
      [300, 0],
    ],
    narrow: false,
  },
  {
    name: 'some packets are missed, and all fits',
    looks: [
      [900, 3],
      [800, 9],
    ],
    narrow: false,
  },
  {
    name: 'much less fits, and packets are missed',
    looks: [
      [900, 3],
      [430, 3],
      [420, 5],
    ],
    narrow: true,
  },
  {
    name: 'less and less fits, step by step',
    looks: [
      [900, 0],
      [600, 1],
      [440, 2],
    ],
    narrow: true,
  },
  {
    name: 'more fits than before',
    looks: [
      [300, 0],
      [900, 4],
    ],
    narrow: false,
  },
  {
    name: 'another picture counts from nothing',
    looks: [
      [900, 8],
      [400, 1],
    ],
    narrow: false,
  },
];

for (const { name, looks, narrow } of cases)
  test(`pictures ${narrow ? 'rest' : 'go on'} where ${name}`, () => {
    const seen = looks.map(([fits, asked], at) => ({ at: at * 100, fits, asked }));
    assert.equal(isSuddenlyNarrow(seen), narrow);
  });
