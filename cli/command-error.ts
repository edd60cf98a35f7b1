/** What a command ends with, as a program that runs it sees it. */
export const exitCodes = { ok: 0, no: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

/** Ends a command with a sentence for whoever typed it; anything else that is thrown is a bug. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly exitCode: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    { exit = 'no', details = {} }: { exit?: keyof typeof exitCodes; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.code = code;
    this.exitCode = exitCodes[exit];
    this.details = details;
  }
}

export const usageError = (message: string) => new CommandError('usage', message, { exit: 'usage' });
