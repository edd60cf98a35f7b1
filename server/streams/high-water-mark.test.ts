import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/engines.ts';
import { openHighWaterMark } from './high-water-mark.ts';

const SLOT = 128;

/** What the mark says after a start. */
async function markIn(folder: string): Promise<number> {
  const mark = await openHighWaterMark(folder);
  await mark.close();
  return mark.pos;
}

async function raiseTo(folder: string, ...positions: number[]): Promise<void> {
  for (const pos of positions) {
    const mark = await openHighWaterMark(folder);
    mark.raise(pos);
    await mark.close();
  }
}

test('a new folder has no mark, and a mark outlives its process', async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal(await markIn(folder), 0);
  await raiseTo(folder, 7);
  assert.equal(await markIn(folder), 7);
});

test('the mark only rises, and the last of many raises at once is kept', async (t) => {
  const folder = await temporaryFolder(t);
  const mark = await openHighWaterMark(folder);
  for (let pos = 1; pos <= 1_000; pos++) mark.raise(pos);
  mark.raise(3);
  assert.equal(mark.pos, 1_000);
  await mark.close();
  assert.equal(await markIn(folder), 1_000);
});

test('[STR-23] whichever slot a power cut tears, the mark is at most one write behind', async (t) => {
  for (const restarts of [1, 2, 3, 4, 5]) {
    const folder = await temporaryFolder(t);
    const raised = Array.from({ length: restarts }, (_, n) => (n + 1) * 10);
    await raiseTo(folder, ...raised);
    const path = join(folder, 'high-water-mark');
    const before = await readFile(path);
    await raiseTo(folder, 1_000);
    const after = await readFile(path);
    // The write of 1,000 got no further than this.
    for (let cut = 0; cut < after.length; cut++) {
      if (before[cut] === after[cut]) continue;
      await writeFile(path, Buffer.concat([after.subarray(0, cut), before.subarray(cut)]));
      assert.ok((await markIn(folder)) >= restarts * 10, `torn at byte ${cut} after ${restarts} starts`);
    }
  }
});

test('a slot of garbage counts for nothing', async (t) => {
  const folder = await temporaryFolder(t);
  await raiseTo(folder, 5);
  const path = join(folder, 'high-water-mark');
  const good = await readFile(path, 'latin1');
  const forged = `999999 ${'0'.repeat(32)}`.padEnd(SLOT - 1) + '\n';
  for (const text of [forged + good.slice(SLOT), good.slice(0, SLOT) + forged, good + forged, 'x'.repeat(300)]) {
    await writeFile(path, text, 'latin1');
    assert.ok((await markIn(folder)) <= 5);
  }
});
