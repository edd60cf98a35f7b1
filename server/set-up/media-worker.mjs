import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { buildMediaWorker, missingForBuild } from './media-worker-build.mjs';
import { cachedWorker, failureFile, findMediaWorker, mediasoupFolder } from './media-worker-place.mjs';
import { say } from './progress.mjs';

const onDebian = (packages) => `on Debian: apt-get install ${packages.join(' ')}`;
const toTryAgain = 'npm run set-up tries it again';

/**
 * Has the media worker built where there is none. Answers with what was found, or with the reason why voice is off, which is said here
 * and stops nothing.
 */
export async function prepareMediaWorker() {
  const found = await findOrBuildMediaWorker();
  if (found.file === undefined) say(`voice is off: ${found.reason}\nEverything else runs.`);
  return found;
}

/** As `prepareMediaWorker`, also where it was tried before and failed. */
export async function prepareMediaWorkerAnew() {
  const found = await findOrBuildMediaWorker({ again: true });
  say(found.file === undefined ? `voice is off: ${found.reason}` : `Media worker: ${found.file} (${found.from})`);
  return found;
}

/** Without a word where there is nothing to build. */
export async function findOrBuildMediaWorker({ again = false } = {}) {
  const found = findMediaWorker();
  if (found.file !== undefined || process.env.MEDIASOUP_WORKER_BIN || !existsSync(mediasoupFolder)) return found;
  if (!again && existsSync(failureFile()))
    return {
      reason: `building the media worker failed: ${readFileSync(failureFile(), 'utf8').trim()} (${toTryAgain})`,
    };
  const missing = await missingForBuild();
  if (missing.length > 0)
    return { reason: `the media worker is not there and cannot be built; ${onDebian(missing)}, then start again` };
  return withLock(build);
}

async function build() {
  const target = cachedWorker();
  const minutes = Math.max(1, Math.ceil(8 / cpus().length));
  say(`Building the media worker for voice: this once, about ${minutes} min on ${cpus().length} cores.`);
  try {
    await buildMediaWorker(path.join(mediasoupFolder, 'worker'), target);
    rmSync(failureFile(), { force: true });
    say(`Media worker: built, kept in ${path.dirname(target)}`);
  } catch (error) {
    writeFileSync(failureFile(), `${error.message}\n`);
    return { reason: `building the media worker failed: ${error.message} (${toTryAgain})` };
  }
  return findMediaWorker();
}

/** Two set-ups at once build it once; the second waits for the first. */
async function withLock(work) {
  const folder = path.dirname(cachedWorker());
  const lock = path.join(folder, 'building');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    return { reason: `the media worker cannot be kept in ${folder}: ${error.code}` };
  }
  let waits = false;
  while (!takeLock(lock)) {
    if (!waits) say('Another set-up is building the media worker; waiting for it.');
    waits = true;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  try {
    const found = waits ? findMediaWorker() : {};
    return found.file === undefined ? await work() : found;
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(lock)) rmSync(lock, { force: true });
  return false;
}

function isAlive(lock) {
  try {
    return process.kill(Number(readFileSync(lock, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
