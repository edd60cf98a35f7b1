import { styleText } from 'node:util';
import { Command } from 'commander';
import type { LoadedConfig } from '@folkmoot/server/base/config.ts';
import { exitCodes } from '../command-error.ts';
import type { Context } from '../context.ts';
import type { Finding } from './finding.ts';

export const doctor = (context: Context) =>
  new Command('doctor')
    .description(
      'Examine the installation and say what to do. It changes nothing, and may be asked while the homeserver runs.',
    )
    .action(async () => {
      const findings = await examine(context);
      const failed = findings.filter(({ status }) => status === 'fail').length;
      const warned = findings.filter(({ status }) => status === 'warn').length;
      const verdict = failed + warned === 0 ? 'All is well.' : `${failed} failed, ${warned} to think about.`;
      context.answer({ ok: failed === 0, checks: findings }, () => [...findings.map(lineOf), '', verdict].join('\n'));
      if (failed > 0) process.exitCode = exitCodes.no;
    });

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

const colors = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'gray' } as const;

function lineOf({ name, status, found, advice }: Finding): string {
  const line = `${styleText(colors[status], status.padEnd(4))}  ${name.padEnd(15)}  ${found}`;
  return advice === undefined ? line : `${line}\n${' '.repeat(23)}→ ${advice}`;
}
