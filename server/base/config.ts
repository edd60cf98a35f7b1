import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse as parseToml, TomlError } from 'smol-toml';
import { Value } from 'typebox/value';
import { StartError } from './errors.ts';
import { nearestName } from './nearest-name.ts';
import {
  type Config,
  credentialOf,
  expectedOf,
  settingOf,
  otherVariables,
  type SettingName,
  settingNames,
  settings,
  variableOf,
} from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadedConfig {
  config: Config;
  /** Where each value comes from: a variable, a file or `default`. */
  origins: ReadonlyMap<SettingName, string>;
}

export interface ConfigSources {
  /** The settings file; a missing one is an error. Default: FOLKMOOT_CONFIG, else ./folkmoot.toml if there is one. */
  file?: string;
  environment?: Environment;
  /** Folder that relative paths start from. */
  folder?: string;
}

interface Found {
  value: unknown;
  origin: string;
}

/** Reads the settings: environment before file before default. Throws StartError `bad_config` that names every mistake. */
export function loadConfig({
  file,
  environment = process.env,
  folder = process.cwd(),
}: ConfigSources = {}): LoadedConfig {
  const problems: string[] = [];
  const fromFile = readSettingsFile(file ?? (environment['FOLKMOOT_CONFIG'] || undefined), folder, problems);
  const fromEnvironment = readEnvironment(environment, problems);
  const origins = new Map<SettingName, string>();
  const values: Partial<Record<SettingName, unknown>> = {};

  for (const name of settingNames) {
    const found = fromEnvironment.get(name) ?? fromFile.get(name);
    if (found && !Value.Check(settings[name].schema, found.value)) {
      problems.push(
        `${found.origin}: expected ${expectedOf(name)}${settingOf(name).secret ? '' : `, not ${JSON.stringify(found.value)}`}`,
      );
      continue;
    }
    values[name] = found ? found.value : settingOf(name).default;
    origins.set(name, found?.origin ?? 'default');
  }
  if ((values.tls_certificate === undefined) !== (values.tls_key === undefined))
    problems.push('tls_certificate and tls_key are set together or not at all');
  if (problems.length > 0)
    throw new StartError(
      'bad_config',
      `The settings are not right:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );

  const config = values as Config;
  return {
    config: {
      ...config,
      data: resolve(folder, config.data),
      public_url: publicUrlOf(config),
      ...pathsOf(config, folder),
    },
    origins,
  };
}

type FileSetting = 'tls_certificate' | 'tls_key' | 'federation_ca';

function pathsOf(config: Config, folder: string): Partial<Record<FileSetting, string>> {
  const names: FileSetting[] = ['tls_certificate', 'tls_key', 'federation_ca'];
  return Object.fromEntries(
    names.flatMap((name) => (config[name] === undefined ? [] : [[name, resolve(folder, config[name])]])),
  );
}

export interface ListenAddress {
  host: string;
  port: number;
}

/** Host and port of the `listen` setting. */
export function listenAddressOf(listen: string): ListenAddress {
  const colon = listen.lastIndexOf(':');
  const host = colon === -1 ? '127.0.0.1' : listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(listen.slice(colon + 1)) };
}

function publicUrlOf(config: Config): string {
  if (config.public_url !== undefined) return config.public_url.replace(/\/$/, '');
  if (config.server_name !== 'localhost') return `https://${config.server_name}`;
  return `${config.tls_certificate === undefined ? 'http' : 'https'}://localhost:${listenAddressOf(config.listen).port}`;
}

function readSettingsFile(named: string | undefined, folder: string, problems: string[]): Map<SettingName, Found> {
  const found = new Map<SettingName, Found>();
  const file = resolve(folder, named ?? 'folkmoot.toml');
  if (named === undefined && !existsSync(file)) return found;
  let table: Record<string, unknown>;
  try {
    table = parseToml(readFileSync(file, 'utf8'));
  } catch (error) {
    problems.push(
      error instanceof TomlError
        ? `${file}, line ${error.line}: ${firstLineOf(error)}`
        : `${file} cannot be read: ${String(error)}`,
    );
    return found;
  }
  for (const [key, value] of Object.entries(table)) {
    if (Object.hasOwn(settings, key)) found.set(key as SettingName, { value, origin: `${key} in ${file}` });
    else problems.push(unknownName(`${key} in ${file}`, key, settingNames));
  }
  return found;
}

function readEnvironment(environment: Environment, problems: string[]): Map<SettingName, Found> {
  const found = new Map<SettingName, Found>();
  const known = new Map<string, SettingName>(
    settingNames.flatMap((name) => [
      [variableOf(name), name],
      [`${variableOf(name)}_FILE`, name],
    ]),
  );
  for (const [variable, text] of Object.entries(environment)) {
    // An empty variable is how compose files and shells say "not set".
    if (!variable.startsWith('FOLKMOOT_') || !text || Object.hasOwn(otherVariables, variable)) continue;
    const name = known.get(variable);
    if (name === undefined) {
      problems.push(
        unknownName(
          variable,
          variable,
          [...known.keys(), ...Object.keys(otherVariables)].filter(
            (other) => !other.endsWith('_FILE') || variable.endsWith('_FILE'),
          ),
        ),
      );
    } else if (found.has(name)) {
      problems.push(`${variableOf(name)} and ${variableOf(name)}_FILE are both set; one of them is enough`);
    } else {
      const content = variable === variableOf(name) ? text : readSecretFile(variable, text, problems);
      if (content !== undefined) found.set(name, { value: fromText(name, content), origin: variable });
    }
  }
  const credentials = environment['CREDENTIALS_DIRECTORY'];
  for (const name of credentials ? settingNames : []) {
    const file = join(credentials ?? '', credentialOf(name));
    if (!settingOf(name).secret || found.has(name) || !existsSync(file)) continue;
    const content = readSecretFile(`credential ${credentialOf(name)}`, file, problems);
    if (content !== undefined) found.set(name, { value: content, origin: `credential ${credentialOf(name)}` });
  }
  return found;
}

function fromText(name: SettingName, text: string): unknown {
  if (!Array.isArray(settingOf(name).default)) return text;
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

function readSecretFile(variable: string, file: string, problems: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push(`${variable}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}

function unknownName(where: string, typed: string, known: Iterable<string>): string {
  const near = nearestName(typed, known);
  return `${where} is not a setting${near ? `; did you mean ${near}?` : ''}`;
}

const firstLineOf = (error: Error) => error.message.split('\n', 1)[0];
