import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { inheritedEnvironment } from '../testing/inherited-environment.ts';

const mainFile = join(import.meta.dirname, '../main.ts');
/** Only that it does not outlive the test. */
const HANGS_MS = 120_000;

/** Starts a homeserver that is expected to end by itself, and gives what it wrote. */
export function exitsWith(
  code: number,
  folder: string,
  environment: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  const env = {
    ...inheritedEnvironment,
    FOLKMOOT_DATA: join(folder, 'data'),
    FOLKMOOT_LISTEN: '127.0.0.1:0',
    FOLKMOOT_PUBLIC_URL: 'http://127.0.0.1:1',
    ...environment,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [mainFile], { env, timeout: HANGS_MS }, (error, stdout, stderr) => {
      try {
        assert.equal(error?.code ?? 0, code, stderr);
        resolve({ stdout, stderr });
      } catch (wrong) {
        reject(wrong as Error);
      }
    });
  });
}
