import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BuildStopped, buildMediaWorker, missingForBuild } from './media-worker-build.mjs';
import {
  cachedWorker,
  failureFile,
  findFailure,
  findMediaWorker,
  mediasoupFolder,
  sayFailure,
} from './media-worker-place.mjs';
import { expectedMs, forgetProgress, isBuilding, lockIn, noteProgress } from './media-worker-progress.mjs';
import { isContinuousIntegration, say, sayBehind, sayDuration } from './progress.mjs';

const onDebian = (packages) => `on Debian: apt-get install ${packages.join(' ')}`;

/**
 * Has the media worker built where there is none. Answers with what was found, or with the reason why voice is off, which is said here
 * and stops nothing.
 */
export async function prepareMediaWorker() {
  const found = await findOrBuildMediaWorker();
  if (found.file === undefined) say(sayOff(found.reason));
  return found;
}

/** As `prepareMediaWorker`, also where it was tried before and failed. */
export async function prepareMediaWorkerAnew() {
  const found = await findOrBuildMediaWorker({ again: true });
  say(found.file === undefined ? `voice is off: ${found.reason}` : `Media worker: ${found.file} (${found.from})`);
  return found;
}

/**
 * Has it built while other things go on: a homeserver that is started meanwhile finds that it is on its way, and takes it when it is there.
 * Answers as soon as that can be seen. `stop` ends a build that is not through.
 */
export async function prepareMediaWorkerBehind() {
  const stopping = new AbortController();
  const { signal } = stopping;
  let done;
  await new Promise((begun) => {
    const built = isContinuousIntegration() ? prepareMediaWorker() : buildBehind({ begun, signal });
    done = built.finally(begun);
  });
  return {
    stop() {
      stopping.abort();
      return done;
    },
  };
}

async function buildBehind(behind) {
  const found = await findOrBuildMediaWorker({ behind });
  if (found.file === undefined && !behind.signal.aborted) sayBehind(sayOff(found.reason));
  return found;
}

const sayOff = (reason) => `voice is off: ${reason}\nEverything else runs.`;

/** Without a word where there is nothing to build. */
export async function findOrBuildMediaWorker({ again = false, behind } = {}) {
  const found = findMediaWorker();
  if (found.file !== undefined || process.env.MEDIASOUP_WORKER_BIN || !existsSync(mediasoupFolder)) return found;
  if (!again && findFailure() !== undefined) return { reason: sayFailure(findFailure()) };
  const missing = await missingForBuild();
  if (missing.length > 0)
    return { reason: `the media worker is not there and cannot be built; ${onDebian(missing)}, then start again` };
  return withLock(build, behind);
}

async function build(behind) {
  const target = cachedWorker();
  const folder = path.dirname(target);
  const tell = behind === undefined ? say : sayBehind;
  const meanwhile = behind === undefined ? '' : ' Everything else goes on meanwhile.';
  tell(`Building the media worker for voice: this once, about ${sayDuration(expectedMs())}.${meanwhile}`);
  try {
    const onProgress = progressOf(folder, tell, behind === undefined && process.stdout.isTTY === true);
    await buildMediaWorker(path.join(mediasoupFolder, 'worker'), target, { onProgress, signal: behind?.signal });
    rmSync(failureFile(), { force: true });
    tell(`Media worker: built, kept in ${folder}`);
  } catch (error) {
    if (error instanceof BuildStopped) return { reason: 'the build of the media worker was stopped' };
    writeFileSync(failureFile(), `${error.message}\n`);
    return { reason: sayFailure(error.message) };
  } finally {
    forgetProgress(folder);
  }
  return findMediaWorker();
}

/** Keeps for others how far it is, and shows it: on a terminal in one line, else every 15 seconds. */
function progressOf(folder, tell, live) {
  const begun = Date.now();
  let noted = 0;
  let shown = live ? 0 : begun;
  noteProgress(folder, { begun, done: 0, total: 0 });
  return (done, total) => {
    const now = Date.now();
    if (now - noted > 500) {
      noted = now;
      noteProgress(folder, { begun, done, total });
    }
    if (now - shown < (live ? 200 : 15_000)) return;
    shown = now;
    const line = `Media worker: step ${done} of ${total} (${sayDuration(now - begun)})`;
    if (!live) return tell(line);
    process.stdout.write(`\r\x1b[2K${line}${done === total ? '\r\x1b[2K' : ''}`);
  };
}

/** Two set-ups at once build it once; the second waits for the first. */
async function withLock(work, behind) {
  const folder = path.dirname(cachedWorker());
  const lock = lockIn(folder);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    return { reason: `the media worker cannot be kept in ${folder}: ${error.code}` };
  }
  let waits = false;
  while (!takeLock(folder)) {
    if (!waits) say('Another set-up is building the media worker; waiting for it.');
    waits = true;
    behind?.begun();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    if (behind?.signal.aborted) return findMediaWorker();
  }
  try {
    behind?.begun();
    const found = waits ? findMediaWorker() : {};
    return found.file === undefined ? await work(behind) : found;
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(folder) {
  try {
    writeFileSync(lockIn(folder), String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isBuilding(folder)) rmSync(lockIn(folder), { force: true });
  return false;
}
