import { styleText } from 'node:util';

const colours = { fatal: 'red', error: 'red', warn: 'yellow', info: 'green', debug: 'blue', trace: 'gray' } as const;

/** A JSON line of the log as a line for people: time, level, message, the other fields. */
export function prettyLine(line: string): string {
  const { level, time, msg = '', err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const label = String(level) as keyof typeof colours;
  const parts = [
    styleText('gray', String(time).slice(11, 19)),
    styleText(colours[label] ?? 'gray', label.padEnd(5)),
    String(msg),
    ...Object.entries(fields).map(
      ([key, value]) => styleText('gray', `${key}=`) + (typeof value === 'string' ? value : JSON.stringify(value)),
    ),
  ];
  return `${parts.join(' ')}\n${errorLines(err)}`;
}

function errorLines(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { stack, message, cause } = err as { stack?: string; message?: string; cause?: unknown };
  return `  ${(stack ?? message ?? '').replaceAll('\n', '\n  ')}\n${errorLines(cause)}`;
}
