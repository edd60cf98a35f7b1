import type { Command } from 'commander';
import { commands } from '../commands.ts';
import { afterHelp, createProgram } from '../program.ts';

const examples: Readonly<Record<string, string>> = {
  serve: 'folkmoot serve\nfolkmoot --config /etc/folkmoot.toml serve',
  init: 'folkmoot init\nfolkmoot init /etc/folkmoot.toml --set server_name=home.example --set registration=invite',
  user: `folkmoot user create alice --admin
folkmoot user create bob --generate-password --json
folkmoot user list --state suspended
folkmoot user suspend bob
folkmoot user reset-password alice@home.example --password-file new-password.txt`,
  invite: `folkmoot invite create --expires 2w
folkmoot invite create --space Garden --as alice --max-uses 1`,
  space: `folkmoot space list
folkmoot space show Garden
folkmoot space export Garden garden.ndjson`,
  'explain-permission': 'folkmoot explain-permission Garden bob general',
  verify: `folkmoot verify s_ihjuk3ztwcmrz5hkysnlpz2bkwsyqrlx
folkmoot verify garden.ndjson
folkmoot verify garden.ndjson --json | jq .problems`,
  federation: `folkmoot federation ping home.example
folkmoot federation block spam.example --reason 'sends advertisements'`,
  report: 'folkmoot report list\nfolkmoot report resolve q_ihjuk3ztwcmrz5hkysnlpz2bkw --dismiss',
  keys: 'folkmoot keys show\nfolkmoot keys rotate',
  config: 'folkmoot config check\nfolkmoot config show',
  status: 'folkmoot status --json',
  doctor: 'folkmoot doctor',
};

/** The page cli/README.md, made of the help of every command. */
export async function readmeText(): Promise<string> {
  const { program } = await createProgram([], { all: true });
  const sections = [...commands.keys()].map((name) => {
    const command = program.commands.find((one) => one.name() === name);
    return command ? sectionOf(command) : '';
  });
  return `# Command line

<!-- Made by: node cli/testing/make-readme.ts -->

\`npx folkmoot\` in this repository, and what the admin of a homeserver needs. The settings are those of the homeserver: the same
variables and the same \`folkmoot.toml\`.

\`\`\`text
${helpOf(program)}
${afterHelp}
\`\`\`

Tables are for people and may change; programs use \`--json\`, which prints one document on the standard output. An error is then
one line \`{"code", "message"}\` on the standard error.

Passwords never are arguments, which everybody on the machine can see: they are typed, read from a file or the standard input, or
made up and printed once.

While the homeserver runs it answers on a socket in its data folder, which only its own user can open; so run the commands as that
user. While it does not run, a command opens the data itself.

An export is a file of lines: the first says \`{"format": "folkmoot-export/1", "space", "name", "server", "exported", "key_document", "streams"}\`
with the head of every stream, then come the lines of the streams as they were signed. \`verify\` believes nothing of the first
line but the id of the community: compare that with the one you know. The key document in it counts where it is signed by the root
key that the community was founded with.

${sections.join('\n')}`;
}

function sectionOf(command: Command): string {
  const inner = command.commands.map((one) => `\n\`\`\`text\n${helpOf(one)}\n\`\`\`\n`).join('');
  return `## ${command.name()}

\`\`\`sh
${examples[command.name()] ?? ''}
\`\`\`

\`\`\`text
${helpOf(command)}
\`\`\`
${inner}`;
}

const helpOf = (command: Command) => command.configureHelp({ helpWidth: 110 }).helpInformation().trim();
