import { Command } from 'commander';
import type { LoadedConfig } from '@folkmoot/server/base/config.ts';
import type { Context } from '../context.ts';
import { answerFindings } from './answer-findings.ts';
import { doctorVoice } from './doctor-voice.ts';
import type { Finding } from './finding.ts';

export const doctor = (context: Context) =>
  new Command('doctor')
    .description(
      'Examine the installation and say what to do. It changes nothing, and may be asked while the homeserver runs.',
    )
    .action(async () => {
      answerFindings(context, await examine(context));
    })
    .addCommand(doctorVoice(context));

async function examine(context: Context): Promise<Finding[]> {
  const { examineNode } = await import('./examine-node.ts');
  const { under } = await import('./finding.ts');
  const { ok, fail } = under('settings');
  const node = examineNode();
  if (node.status === 'fail') return [node];
  try {
    const loaded = await context.loadConfig();
    const { examineInstallation } = await import('./examine-installation.ts');
    return [node, ok(sourcesOf(loaded)), ...(await examineInstallation(loaded))];
  } catch (error) {
    if (!(error instanceof Error && error.name === 'StartError')) throw error;
    return [node, fail(error.message, 'folkmoot config show tells which settings there are.')];
  }
}

function sourcesOf({ config, origins }: LoadedConfig): string {
  const set = [...origins.values()].filter((origin) => origin !== 'default').length;
  return `${config.server_name}, ${set === 0 ? 'all by default' : `${set} set by somebody`}`;
}
