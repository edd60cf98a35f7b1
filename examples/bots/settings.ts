import { readFileSync } from 'node:fs';

/** The token is no setting: it comes from the environment, so that a settings file can be shown to others. */
export function tokenOf(environment: NodeJS.ProcessEnv = process.env): string {
  const token = environment['FOLKMOOT_BOT_TOKEN'];
  if (token === undefined || !/^fm_b_[A-Za-z0-9_-]{43}$/.test(token))
    throw new Error('Put the token of the bot into FOLKMOOT_BOT_TOKEN; it begins with fm_b_.');
  return token;
}

/** The settings file named first on the command line. */
export function readSettings(file: string | undefined): Record<string, unknown> {
  if (file === undefined) throw new Error('Name the settings file: node moderation-bot.ts moderation.json');
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${file} is no JSON object.`);
  return value as Record<string, unknown>;
}

export function homeserverOf(given: unknown): string {
  if (typeof given === 'string' && URL.canParse(given)) return new URL(given).origin;
  throw new Error('Say where the homeserver of the bot is, as https://home.example.');
}

export const say = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};
