import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

// What the set-up that builds the media worker leaves for others to read, in the folder in which the worker is to be.

/** Processor time of a build, as measured with g++ 12. */
const BUILD_MS = 120_000;
const SOON_MS = 5_000;

/** Held while it is built, with the id of the process that does. */
export const lockIn = (folder) => path.join(folder, 'building');
const progressIn = (folder) => path.join(folder, 'progress.json');

export const expectedMs = () => BUILD_MS / Math.min(cpus().length, 8);

export function isBuilding(folder) {
  try {
    return process.kill(Number(readFileSync(lockIn(folder), 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Replaced as a whole, because it may be read at any time. */
export function noteProgress(folder, { begun, done, total }) {
  const fresh = `${progressIn(folder)}-${process.pid}`;
  writeFileSync(fresh, JSON.stringify({ begun, done, total }));
  renameSync(fresh, progressIn(folder));
}

export const forgetProgress = (folder) => rmSync(progressIn(folder), { force: true });

/** About how many milliseconds a build that is going on still takes. */
export function remainingMs(folder, now = Date.now()) {
  const { begun, done, total } = readProgress(folder) ?? { begun: now, done: 0, total: 0 };
  const elapsed = now - begun;
  // The first steps say little, because they are of all sizes.
  const atThisPace = done * 3 > total ? (elapsed * (total - done)) / done : 0;
  return Math.round(Math.max(expectedMs() - elapsed, atThisPace, SOON_MS));
}

function readProgress(folder) {
  try {
    return JSON.parse(readFileSync(progressIn(folder), 'utf8'));
  } catch {
    return undefined;
  }
}
