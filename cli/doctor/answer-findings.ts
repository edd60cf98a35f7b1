import { styleText } from 'node:util';
import { exitCodes } from '../command-error.ts';
import type { Context } from '../context.ts';
import type { Finding } from './finding.ts';

/** Shows what was found; the exit code says whether anything failed. */
export function answerFindings(context: Context, findings: readonly Finding[]): void {
  const failed = findings.filter(({ status }) => status === 'fail').length;
  const warned = findings.filter(({ status }) => status === 'warn').length;
  const verdict = failed + warned === 0 ? 'All is well.' : `${failed} failed, ${warned} to think about.`;
  context.answer({ ok: failed === 0, checks: findings }, () => [...findings.map(lineOf), '', verdict].join('\n'));
  if (failed > 0) process.exitCode = exitCodes.no;
}

const colors = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'gray' } as const;

function lineOf({ name, status, found, advice }: Finding): string {
  const line = `${styleText(colors[status], status.padEnd(4))}  ${name.padEnd(15)}  ${found}`;
  return advice === undefined ? line : `${line}\n${' '.repeat(23)}→ ${advice}`;
}
