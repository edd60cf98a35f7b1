import type { LoadedConfig } from './config.ts';
import { type SettingName, settingNames, settingOf, variableOf } from './settings.ts';

export interface SettingInUse {
  name: SettingName;
  variable: string;
  /** Secrets are hidden; a URL only loses its password. */
  value: string;
  origin: string;
}

/** The settings in use and where each comes from, for people. */
export function describeConfig({ config, origins }: LoadedConfig): SettingInUse[] {
  return settingNames.map((name) => ({
    name,
    variable: variableOf(name),
    value: shown(name, config[name]),
    origin: origins.get(name) ?? 'default',
  }));
}

function shown(name: SettingName, value: string | readonly string[] | undefined): string {
  if (value === undefined) return `(${settingOf(name).defaultText})`;
  if (typeof value !== 'string') return value.join(', ');
  if (!settingOf(name).secret) return value;
  return URL.canParse(value) ? withoutPassword(new URL(value)) : '(hidden)';
}

function withoutPassword(url: URL): string {
  if (url.password !== '') url.password = 'hidden';
  if (url.searchParams.has('password')) url.searchParams.set('password', 'hidden');
  return url.href;
}
