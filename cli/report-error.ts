import { CommandError, exitCodes } from './command-error.ts';
import { harmless } from './show/text-width.ts';

/** Prints what went wrong on the standard error and returns the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const failure = failureOf(error);
  // A bug: with all that Node says about it, unless a program asked.
  if (!failure && !json) throw error;
  const { code, message, exitCode, details } = failure ?? broken(error);
  const text = json
    ? JSON.stringify({ code, message, ...(Object.keys(details).length === 0 ? {} : { details }) })
    : `folkmoot: ${message}${detailsFor(details)}`.split('\n').map(harmless).join('\n');
  process.stderr.write(`${text}\n`);
  return exitCode;
}

type Failure = Pick<CommandError, 'code' | 'message' | 'exitCode' | 'details'>;

/** StartError, Refusal and OperationError are told by their names: loading their classes would cost every command time. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommandError) return error;
  const { name, code, message, details = {} } = error as Error & { code: string; details?: Record<string, unknown> };
  if (name === 'StartError') {
    return { code, message, details, exitCode: code === 'bad_config' ? exitCodes.usage : exitCodes.unreachable };
  }
  if (name === 'Refusal' || name === 'OperationError') return { code, message, details, exitCode: exitCodes.no };
  if (isSystemError(error)) return { code: error.code.toLowerCase(), message, details, exitCode: exitCodes.no };
  return undefined;
}

const broken = (error: unknown): Failure => ({
  code: 'internal',
  message: String(error),
  details: {},
  exitCode: exitCodes.no,
});

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';

function detailsFor(details: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(details).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
