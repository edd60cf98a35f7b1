import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { CommandError, usageError } from '../command-error.ts';
import { canAsk, prompt } from './prompt.ts';

export interface PasswordOptions {
  passwordFile?: string;
  generatePassword?: boolean;
}

const SHORTEST = 8;
const LONGEST = 256;

/** A password as an argument would be seen by everybody on the machine, so there is no such option. */
export function passwordOptions(command: Command): Command {
  return command
    .option('--password-file <file>', 'read the password from a file; - is the standard input')
    .option('--generate-password', 'make up a password and print it once');
}

/** The password that was given in one of the ways, or typed twice, or the first line of the standard input. */
export async function readPassword(options: PasswordOptions): Promise<{ password: string; generated: boolean }> {
  const { passwordFile, generatePassword = false } = options;
  if (generatePassword && passwordFile !== undefined) {
    throw usageError('Only one of --password-file and --generate-password makes sense.');
  }
  if (generatePassword) return { password: randomBytes(15).toString('base64url'), generated: true };
  const password = passwordFile === undefined ? await typedOrPiped() : await readFrom(passwordFile);
  if (password.length < SHORTEST || password.length > LONGEST) {
    throw new CommandError('weak_password', `A password has ${SHORTEST} to ${LONGEST} characters.`);
  }
  return { password, generated: false };
}

async function typedOrPiped(): Promise<string> {
  if (!canAsk()) return readFrom('-');
  const password = await prompt('Password: ', { secret: true });
  const again = await prompt('The same again: ', { secret: true });
  if (password !== again) throw new CommandError('different_passwords', 'That was not the same twice.');
  return password;
}

async function readFrom(file: string): Promise<string> {
  const content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  const password = content.split(/\r?\n/, 1)[0] ?? '';
  if (password === '') throw usageError(`There is no password in ${file === '-' ? 'the standard input' : file}.`);
  return password;
}
