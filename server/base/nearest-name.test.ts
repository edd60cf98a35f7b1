import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './nearest-name.ts';

const known = ['server_name', 'listen', 'public_url', 'data', 'database'];

for (const [typed, meant] of [
  ['servername', 'server_name'],
  ['lsiten', 'listen'],
  ['PUBLIC_URL', 'public_url'],
  ['dta', 'data'],
  ['databse', 'database'],
  ['colour', undefined],
  ['', undefined],
] as const) {
  test(`${typed || 'nothing'} means ${meant ?? 'none of them'}`, () => assert.equal(nearestName(typed, known), meant));
}
