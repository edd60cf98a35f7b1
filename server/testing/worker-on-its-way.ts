import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cachedWorker, failureFile, findMediaWorker } from '../set-up/media-worker-place.mjs';
import { lockIn, noteProgress } from '../set-up/media-worker-progress.mjs';

/** A cache of a homeserver that is a process of its own, in which a set-up builds the media worker: this process says when it is through. */
export class WorkerOnItsWay implements Disposable {
  readonly #cache = mkdtempSync(path.join(tmpdir(), 'folkmoot-worker-'));
  readonly #worker: string;
  readonly #built: string;

  constructor() {
    const { file, reason } = findMediaWorker();
    if (file === undefined) throw new Error(reason);
    this.#built = file;
    this.#worker = this.#place(cachedWorker());
    mkdirSync(path.dirname(this.#worker), { recursive: true });
    writeFileSync(lockIn(path.dirname(this.#worker)), String(process.pid));
    noteProgress(path.dirname(this.#worker), { begun: Date.now(), done: 1, total: 50 });
  }

  /** For the homeserver. */
  get environment(): Record<string, string> {
    return { XDG_CACHE_HOME: this.#cache };
  }

  arrives(): void {
    const fresh = `${this.#worker}-fresh`;
    copyFileSync(this.#built, fresh);
    renameSync(fresh, this.#worker);
    this.#unlock();
  }

  fails(reason: string): void {
    writeFileSync(this.#place(failureFile()), reason);
    this.#unlock();
  }

  [Symbol.dispose](): void {
    rmSync(this.#cache, { recursive: true, force: true });
  }

  #unlock(): void {
    rmSync(lockIn(path.dirname(this.#worker)));
  }

  /** Where a file of the cache of this machine is in this one. */
  #place(file: string): string {
    const depth = cachedWorker().split(path.sep).slice(-4, -1);
    return path.join(this.#cache, ...depth, path.basename(file));
  }
}
