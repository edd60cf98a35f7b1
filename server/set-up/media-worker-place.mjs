import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { isBuilding, remainingMs } from './media-worker-progress.mjs';
import { root, sayDuration } from './progress.mjs';

/** Counts changes of the recipe after which what was built before will not do. */
const recipe = 1;

export const mediasoupFolder = path.join(root, 'node_modules', 'mediasoup');
const program = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';

/** Where a worker that was built here is kept, across checkouts and installs. */
export function cachedWorker() {
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const { version } = JSON.parse(readFileSync(path.join(mediasoupFolder, 'package.json'), 'utf8'));
  return path.join(
    cache,
    'folkmoot',
    'media-worker',
    `${version}-${process.platform}-${process.arch}-${recipe}`,
    program,
  );
}

/** The file that says why it could not be built, so that this is not tried again at each start. */
export const failureFile = () => path.join(path.dirname(cachedWorker()), 'failed.txt');

/** Why the last try to build it failed. */
export function findFailure() {
  return existsSync(failureFile()) ? readFileSync(failureFile(), 'utf8').trim() : undefined;
}

export const sayFailure = (reason) => `building the media worker failed: ${reason} (npm run set-up tries it again)`;

/** The media worker: the one that is named, else the package's own, else the one built here. */
export function findMediaWorker() {
  if (!existsSync(mediasoupFolder)) return { reason: 'mediasoup is not installed' };
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) {
    const runs = whyNot(named);
    return runs === undefined
      ? { file: named, from: 'MEDIASOUP_WORKER_BIN' }
      : { reason: `MEDIASOUP_WORKER_BIN names ${named}, which does not run here: ${runs}` };
  }
  const prebuilt = path.join(mediasoupFolder, 'worker', 'out', 'Release', program);
  if (existsSync(prebuilt) && whyNot(prebuilt) === undefined) return { file: prebuilt, from: 'prebuilt' };
  const built = cachedWorker();
  if (!existsSync(built)) return whyNotBuilt();
  const runs = whyNot(built);
  return runs === undefined
    ? { file: built, from: 'built here' }
    : { reason: `the media worker in ${path.dirname(built)} does not run here: ${runs}` };
}

function whyNotBuilt() {
  const folder = path.dirname(cachedWorker());
  if (isBuilding(folder)) {
    const readyIn = remainingMs(folder);
    return { reason: `the media worker is being built, about ${sayDuration(readyIn)} more`, readyIn };
  }
  const failure = findFailure();
  return { reason: failure === undefined ? 'the media worker has not been built' : sayFailure(failure) };
}

/** Started by hand, a worker answers with 41: it wants to be started by mediasoup. */
function whyNot(file) {
  const { status, error, stderr } = spawnSync(file, [], { encoding: 'utf8', env: {}, timeout: 10_000 });
  if (status === 41) return undefined;
  return error?.code ?? (stderr || `it ended with ${status}`).trim().split('\n')[0];
}
