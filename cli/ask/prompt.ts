import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from '../command-error.ts';

const isTerminal = () => process.stdin.isTTY === true && process.stderr.isTTY === true;

export const canAsk = isTerminal;

/** Asks on the terminal; what is typed is shown unless it is a secret. Throws CommandError `interrupted` on Ctrl-C and Ctrl-D. */
export async function prompt(question: string, { secret = false }: { secret?: boolean } = {}): Promise<string> {
  // Readline echoes by writing to its output; for a secret only the question gets through.
  let muted = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!muted) process.stderr.write(chunk);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = () =>
        reject(new CommandError('interrupted', 'Stopped; nothing was changed.', { exit: 'interrupted' }));
      terminal.on('SIGINT', stop).on('close', stop);
      terminal.question(question).then(resolve, reject);
      muted = secret;
    });
  } finally {
    terminal.close();
    if (secret) process.stderr.write('\n');
  }
}
