import type { LoadedConfig } from '@folkmoot/server/base/config.ts';
import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import type { Config } from '@folkmoot/server/base/settings.ts';
import { CommandError } from '../command-error.ts';
import { connectToHomeserver } from '../homeserver/socket-client.ts';
import { examineAddress } from './examine-address.ts';
import { examineData, type ExaminedData } from './examine-data.ts';
import { examineDataFolder, examineSettingsFile, examineSpace } from './examine-files.ts';
import { examineMasterKey } from './examine-master-key.ts';
import { examineClock, examinePeople } from './examine-people.ts';
import { examinePublicUrl } from './examine-public-url.ts';
import { examineRunning } from './examine-running.ts';
import { type Finding, under } from './finding.ts';

/** Everything that depends on the settings, from the disk outwards. */
export async function examineInstallation(loaded: LoadedConfig): Promise<Finding[]> {
  const { config } = loaded;
  const folder = examineDataFolder(config.data);
  const findings = [...examineSettingsFile(loaded), folder, await examineSpace(config.data)];
  if (folder.status === 'fail') return findings;

  const status = await askRunning(config);
  const running = status !== undefined && !('name' in status);
  const { ok } = under('homeserver');
  if (status === undefined) findings.push(ok('not running'));
  else findings.push(...(running ? examineRunning(status) : [status]));

  const { finding, key } = examineMasterKey(config);
  const { findings: ofData, counts = running ? status : undefined } = await examineStored(config, key, running);
  findings.push(finding, ...ofData, await examineAddress(config.listen, running));
  findings.push(
    ...(running ? await examinePublicUrl(config) : [under('public URL').skip('start the homeserver to check it')]),
  );
  return [...findings, ...examinePeople(config, counts), examineClock(counts, Date.now())];
}

async function askRunning({ data }: Config): Promise<ResultOf<'status'> | Finding | undefined> {
  try {
    const client = await connectToHomeserver(data);
    const status = (await client?.call('status', {})) as ResultOf<'status'> | undefined;
    client?.close();
    return status;
  } catch (error) {
    if (error instanceof CommandError) return under('homeserver').fail(error.message);
    throw error;
  }
}

/** A running homeserver has PostgreSQL to itself, and would not run if something about it was wrong. */
async function examineStored(config: Config, key: Buffer | undefined, running: boolean): Promise<ExaminedData> {
  if (!running || config.database === undefined) return examineData(config, key);
  return { findings: [under('database').ok('PostgreSQL, in use by the homeserver')] };
}
