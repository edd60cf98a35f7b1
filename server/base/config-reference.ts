import {
  credentialOf,
  expectedOf,
  otherVariables,
  settingNames,
  settingOf,
  variableOf,
  type SettingName,
} from './settings.ts';

/** The reference page of all settings, in Markdown. */
export function configReference(): string {
  return `# Settings

<!-- Made by server/base/generate-reference.ts from server/base/settings.ts. -->

Nothing has to be set to begin with. A setting is taken from the environment, else from the file \`folkmoot.toml\` in the
working directory (or the one that \`FOLKMOOT_CONFIG\` names), else it has its default. Each variable has a sibling that
ends in \`_FILE\` and names a file to read the value from. An empty variable counts as not set. An unknown setting, in the
file or as a \`FOLKMOOT_\` variable, is an error, so that a typing mistake does not go unseen. \`folkmoot config show\`
prints what is in use and where it comes from.

| in the file | in the environment | default |
|---|---|---|
${settingNames.map((name) => `| [\`${name}\`](#${name}) | \`${variableOf(name)}\` | ${defaultOf(name)} |`).join('\n')}

${settingNames.map(section).join('\n')}
## Other variables

${Object.entries(otherVariables)
  .map(([name, text]) => `* \`${name}\`: ${text}`)
  .join('\n')}
`;
}

/** A settings file with every setting commented out. */
export function exampleConfig(): string {
  const entries = settingNames.map((name) => {
    const { description, default: value, secret } = settingOf(name);
    const example = value === undefined ? '"…"' : JSON.stringify(value);
    const hint = secret ? `\n# Better kept out of this file: ${variableOf(name)}_FILE.` : '';
    return `# ${description}\n# Expected: ${expectedOf(name)}.${hint}\n#${name} = ${example}\n`;
  });
  return `# Settings of a Folkmoot homeserver; each one shown here has its default. See configuration.md.\n\n${entries.join('\n')}`;
}

function section(name: SettingName): string {
  const { description, secret } = settingOf(name);
  const credential = secret ? `\nAlso taken from the systemd credential \`${credentialOf(name)}\`.\n` : '';
  return `## ${name}\n\n${description}\n\nExpected: ${expectedOf(name)}. Default: ${defaultOf(name)}.\n${credential}`;
}

function defaultOf(name: SettingName): string {
  const { default: value, defaultText } = settingOf(name);
  if (value === undefined) return defaultText ?? 'none';
  return value.length === 0 ? 'none' : `\`${typeof value === 'string' ? value : value.join(', ')}\``;
}
