import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEGABYTE = 1024 * 1024;
/** Browsers and homeservers of two tests at a time keep some hundred megabytes. */
const ENOUGH_MB = 1_500;

/** A folder in memory, which ends with this process. Undefined where this user may not mount one or memory is short. */
export function memoryFolder(): string | undefined {
  const megabytes = Math.floor(process.availableMemory() / MEGABYTE / 4);
  if (megabytes < ENOUGH_MB) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-memory-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  unmountAtExit(folder);
  return folder;
}

/** The shell outlives this process by a moment: when its standard input closes, whatever the reason, it cleans up. */
function unmountAtExit(folder: string): void {
  const shell = spawn('/bin/sh', ['-c', 'cat >/dev/null; umount -l "$1"; rmdir "$1"', 'sh', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
}
