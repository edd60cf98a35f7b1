import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoadedConfig } from '@folkmoot/server/base/config.ts';
import { settingNames, settingOf } from '@folkmoot/server/base/settings.ts';
import { otherOwnerOf } from '../homeserver/own-data.ts';
import { type Finding, under } from './finding.ts';

const GIB = 2 ** 30;
const LITTLE = GIB;
const TOO_LITTLE = GIB / 10;

/** Whether others than the owner may do something with it. */
const isLoose = (path: string) => (statSync(path).mode & 0o077) !== 0;

/** A settings file with a secret in it is nobody else's business. */
export function examineSettingsFile({ origins }: LoadedConfig): Finding[] {
  const { warn } = under('settings file');
  const files = settingNames
    .filter((name) => settingOf(name).secret)
    .map((name) => origins.get(name)?.split(' in ')[1])
    .filter((file) => file !== undefined && existsSync(file) && isLoose(file));
  return [...new Set(files)].map((file) => warn(`${file} holds a secret and others may read it`, `chmod 600 ${file}`));
}

export function examineDataFolder(data: string): Finding {
  const { ok, warn, fail } = under('data folder');
  if (!existsSync(data)) return warn(`${data} is not there yet`, 'The first start makes it.');
  const owner = otherOwnerOf(data);
  if (owner !== undefined) {
    return fail(
      `${data} belongs to the user with number ${owner}`,
      `Run this as that user: sudo -u '#${owner}' folkmoot doctor`,
    );
  }
  try {
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return fail(
      `${data} may not be read and written by this user`,
      'Run this as the user of the homeserver, or give it the folder.',
    );
  }
  if (isLoose(data)) return warn(`others may look into ${data}`, `chmod 700 ${data}`);
  const loose = ['folkmoot.db', 'master.key'].filter(
    (name) => existsSync(join(data, name)) && isLoose(join(data, name)),
  );
  if (loose.length > 0)
    return fail(
      `others may read ${loose.join(' and ')}`,
      `chmod 600 ${loose.map((name) => join(data, name)).join(' ')}`,
    );
  return ok(data);
}

export async function examineSpace(data: string): Promise<Finding> {
  const { ok, warn, fail } = under('free space');
  let folder = data;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${(free / GIB).toFixed(1)} GiB`;
  if (free < TOO_LITTLE) return fail(`only ${text}`, 'Make room: on a full disk nothing new can be said.');
  if (free < LITTLE) return warn(`only ${text}`, 'Make room before it is full.');
  return ok(text);
}
