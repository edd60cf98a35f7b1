import { execFileSync } from 'node:child_process';
import { rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A file system of its own with little room on it, and something on it that can be cleared away. */
export interface LimitedDisk {
  folder: string;
  clearAway(): void;
  /** Leaves only so many bytes. */
  fill(left: number): void;
}

/** Undefined where this user may not mount one. */
export async function limitedDisk(
  t: TestContext,
  { megabytes, free }: { megabytes: number; free: number },
): Promise<LimitedDisk | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc((megabytes - free) * 1024 * 1024, 1));
  return {
    folder,
    clearAway: () => rmSync(ballast),
    fill(left) {
      rmSync(ballast, { force: true });
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize - left, 1));
    },
  };
}
