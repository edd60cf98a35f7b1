import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { canAsk, prompt } from '../ask/prompt.ts';
import { CommandError, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';

interface InitOptions {
  set?: string[];
  force?: boolean;
}

const collect = (value: string, all: string[] = []) => [...all, value];

export const init = (context: Context) =>
  new Command('init')
    .description(
      'Write a settings file with every setting explained. On a terminal it asks for the most important ones.',
    )
    .argument('[file]', 'where to write it', 'folkmoot.toml')
    .option('--set <name=value>', 'set this one; can be repeated', collect)
    .option('--force', 'replace a file that is there')
    .action(async (file: string, { set = [], force = false }: InitOptions) => {
      const path = resolve(file);
      if (existsSync(path) && !force) throw fileExists(path);
      const chosen = new Map(set.map(pairOf));
      if (canAsk() && !context.json && set.length === 0) await askForSettings(chosen);
      await writeSettings(path, chosen, force);
      context.answer({ file: path }, () => `Wrote ${path}. Next: folkmoot config check, then folkmoot serve.`);
    });

const fileExists = (path: string) => new CommandError('file_exists', `${path} is there already; --force replaces it.`);

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`--set takes name=value, not ${text}.`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

async function askForSettings(chosen: Map<string, string>): Promise<void> {
  const name = await prompt('Name of this homeserver in addresses, for ever [localhost]: ');
  if (name !== '') chosen.set('server_name', name);
  const url = await prompt(`Where browsers reach it [${name === '' ? 'http://localhost:8448' : `https://${name}`}]: `);
  if (url !== '') chosen.set('public_url', url);
  const registration = await prompt('Who may register: open, invite or closed [open]: ');
  if (registration !== '') chosen.set('registration', registration);
}

/** Only a file that passes the checks gets its name. */
async function writeSettings(path: string, chosen: ReadonlyMap<string, string>, force: boolean): Promise<void> {
  const { exampleConfig } = await import('@folkmoot/server/base/config-reference.ts');
  const { loadConfig } = await import('@folkmoot/server/base/config.ts');
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, withValues(exampleConfig(), chosen), { mode: 0o600, flag: 'wx' });
  try {
    loadConfig({ file: draft, environment: {} });
    if (force) renameSync(draft, path);
    else linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(path);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Puts values in place of the examples that are commented out. */
function withValues(example: string, chosen: ReadonlyMap<string, string>): string {
  let text = example;
  for (const [name, value] of chosen) {
    const line = new RegExp(`^#${name} = (.*)$`, 'm');
    const isList = line.exec(text)?.[1]?.startsWith('[') ?? false;
    const written = `${name} = ${JSON.stringify(isList ? value.split(/[\s,]+/) : value)}`;
    text = line.test(text) ? text.replace(line, () => written) : `${text}\n${written}\n`;
  }
  return text;
}
