import { Command } from 'commander';
import type { Context } from './context.ts';
import { openHomeserver } from './homeserver/open-homeserver.ts';
import { facts } from './show/table.ts';

export const status = (context: Context) =>
  new Command('status').description('Show what the homeserver is and how much is in it.').action(async () => {
    await using homeserver = await openHomeserver(context);
    const found = await homeserver.call('status', {});
    const { running } = homeserver;
    context.answer({ running, ...found }, () =>
      facts([
        ['homeserver', `${found.server_name}, ${running ? `running as process ${found.process}` : 'not running'}`],
        ['public URL', found.public_url],
        ['version', `${found.version} on Node ${found.node}`],
        ['database', `${found.database} ${found.database_version}`],
        ['registration', found.registration],
        ['users', `${found.users}, admins among them: ${found.admins}`],
        ['communities', found.spaces],
        ['lines in the log', found.lines],
        ['root key', found.root_key],
        ['signing key', found.signing_key],
        ...(found.read_only === null ? [] : [['READ-ONLY', found.read_only] as const]),
      ]),
    );
  });
