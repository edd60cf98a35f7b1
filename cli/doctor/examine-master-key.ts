import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadMasterKey } from '@folkmoot/server/base/master-key.ts';
import type { Config } from '@folkmoot/server/base/settings.ts';
import { type Finding, reasonOf, under } from './finding.ts';

export interface MasterKey {
  finding: Finding;
  /** Undefined where there is none, or none that can be used. */
  key?: Buffer;
}

/** Looks without making one. */
export function examineMasterKey({ data, master_key, database }: Config): MasterKey {
  const { ok, fail, skip } = under('master key');
  const isNew = !existsSync(join(data, 'master.key')) && !existsSync(join(data, 'folkmoot.db'));
  if (master_key === undefined && isNew) {
    const finding =
      database === undefined
        ? skip('the first start makes it')
        : fail('there is none', 'Put master.key back, or set FOLKMOOT_MASTER_KEY_FILE.');
    return { finding };
  }
  try {
    const key = loadMasterKey(data, master_key);
    return {
      key,
      finding: ok(
        master_key === undefined ? join(data, 'master.key') : 'from the settings',
        'Keep a copy of it apart from the backups.',
      ),
    };
  } catch (error) {
    return { finding: fail(reasonOf(error)) };
  }
}
