import { type Logger, pino } from 'pino';
import type { Config } from './settings.ts';
import { prettyLine } from './log-pretty.ts';

export type Log = Logger;

export interface LogOptions {
  level: Config['log'];
  format: Config['log_format'];
  /** Takes one line with its line feed; default is the standard output. */
  write?: (line: string) => void;
}

/** Names of fields whose value is not logged, whatever it is. */
const hiddenFields = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'token',
  'secret',
  'body',
  'text',
  'email',
  'payload',
  'code_hash',
];

/** Tokens, e-mail addresses and passwords in URLs, wherever they turn up in a line. */
const hiddenTexts =
  /\bfm_[a-z]_[A-Za-z0-9_-]{20,}|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}|(?<=:\/\/[^/\s:@"]{0,100}:)[^@\s"]+(?=@)/g;

const hidden = '[hidden]';

/** The log of the process: lines of JSON, or for people. Tokens, bodies and e-mail addresses never get into it. */
export function createLog({ level, format, write = (line) => void process.stdout.write(line) }: LogOptions): Log {
  const pretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  return pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: {
        paths: hiddenFields.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
        censor: hidden,
      },
      serializers: { err: errorFields },
      hooks: { streamWrite: (line) => line.replace(hiddenTexts, hidden) },
    },
    { write: pretty ? (line: string) => write(prettyLine(line)) : write },
  );
}

/** Only these fields: errors of database drivers carry values of rows in others. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
  };
}
