import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNext, checkNextAside } from './check-lines.ts';
import { signIntent } from './intent.ts';
import { eventOf, hello, hubKey, channelLines, channelStream, space } from './vectors/sample-chain.ts';

const otherwiseSigned = (line: string) =>
  line.replace(/"sig":"./, (start) => `"sig":"${start.endsWith('A') ? 'B' : 'A'}`);
const { intent } = hello.payload;
const { type, stream } = intent;
const act = { at: { epoch: 1, seq: 0 }, type, body: {}, stream, space, auth: '1.2' };
const signed = signIntent(intent, hubKey);

for (const [what, lines, good] of [
  ['all is right', channelLines, 7],
  ['a signature in the middle is wrong', channelLines.with(4, otherwiseSigned(channelLines[4] as string)), 4],
  ['a line is missing', channelLines.toSpliced(2, 1), 2],
  ['a line is no line', channelLines.with(1, '{}'), 1],
  ['the home of the author has signed', [eventOf(act, signed).line], 1],
  ['the home of the author has signed something else', [eventOf(act, { ...signed, n: signed.n + 1 }).line], 1],
] as const)
  test(`[STR-15] other threads find the same: ${what}`, async () => {
    const checked = await checkNextAside(lines, null, channelStream);
    assert.deepEqual(checked, checkNext(lines, null, channelStream));
    assert.equal(checked.lines.length, good);
  });
