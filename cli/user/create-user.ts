import { Command } from 'commander';
import { type PasswordOptions, passwordOptions, readPassword } from '../ask/password.ts';
import { usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

interface CreateOptions extends PasswordOptions {
  admin?: boolean;
  email?: string;
  displayName?: string;
}

export const createUser = (context: Context) =>
  passwordOptions(
    new Command('create')
      .description(
        'Make an account, whoever may register. The password is asked for, unless it is given in another way.',
      )
      .argument('<handle>', '2 to 32 of a–z, 0–9, _ and .')
      .option('--admin', 'make it an admin of the homeserver')
      .option('--email <address>', 'e-mail address of the account')
      .option('--display-name <name>', 'the name that is shown (default: the handle)'),
  ).action(async (typed: string, options: CreateOptions) => {
    const handle = typed.replace(/^@/, '');
    if (!(await isHandle(handle))) throw usageError(`${typed} is no handle: 2 to 32 of a–z, 0–9, _ and .`);
    const { admin = false, email, displayName } = options;
    const { password, generated } = await readPassword(options);
    await using homeserver = await openHomeserver(context, { create: true });
    const created = await homeserver.call('user.create', {
      handle,
      password,
      admin,
      ...(email === undefined ? {} : { email }),
      ...(displayName === undefined ? {} : { display_name: displayName }),
    });
    context.answer({ ...created, ...(generated ? { password } : {}) }, () =>
      [
        `Made ${admin ? 'the admin' : 'the account'} ${handle} (${created.id}).`,
        ...(generated ? [`Password: ${password}`] : []),
      ].join('\n'),
    );
  });

async function isHandle(text: string): Promise<boolean> {
  const { checkerOf } = await import('@folkmoot/protocol-spec/schemas/check.ts');
  const { Handle } = await import('@folkmoot/protocol-spec/schemas/ids.ts');
  return checkerOf(Handle)(text);
}
