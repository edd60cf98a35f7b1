import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './errors.ts';

/**
 * The 32 bytes that everything sealed depends on: the setting, else `<data>/master.key`, which is made when the data
 * folder is new. Throws StartError `bad_master_key`.
 */
export function loadMasterKey(data: string, setting: string | undefined): Buffer {
  if (setting !== undefined) return bytesOf(setting, 'The setting master_key');
  const file = join(data, 'master.key');
  if (existsSync(file)) return bytesOf(readFileSync(file, 'utf8').trim(), file);
  if (existsSync(join(data, 'folkmoot.db'))) {
    throw new StartError(
      'bad_master_key',
      `${file} is missing, and what the database holds was sealed with it. Put it back, or give the key in FOLKMOOT_MASTER_KEY_FILE.`,
    );
  }
  return makeMasterKey(data, file);
}

/** Durable before it returns: nothing may be sealed under a key that a power cut can take away. */
function makeMasterKey(data: string, file: string): Buffer {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  const handle = openSync(file, 'wx', 0o600);
  writeSync(handle, `${key.toString('base64url')}\n`);
  fsyncSync(handle);
  closeSync(handle);
  const folder = openSync(data, 'r');
  fsyncSync(folder);
  closeSync(folder);
  return key;
}

function bytesOf(text: string, where: string): Buffer {
  const key = Buffer.from(text, /^[0-9a-fA-F]{64}$/.test(text) ? 'hex' : 'base64');
  if (key.length !== 32)
    throw new StartError('bad_master_key', `${where} is not 32 bytes in base64url, base64 or hexadecimal.`);
  return key;
}
