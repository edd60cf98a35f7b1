import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { type Column, table } from '../show/table.ts';
import { harmless } from '../show/text-width.ts';
import { timeOf } from '../show/times.ts';

type Explained = ResultOf<'explain-permission'>;
type Explanation = Explained['permissions'][number];

const reasons: Readonly<Record<Explanation['by'], (name: string) => string>> = {
  owner: () => 'the community is theirs',
  administrator: (name) => `role ${name} is administrator`,
  role: (name) => `role ${name}`,
  override: (name) => `override of the channel for ${name}`,
  timeout: () => 'timed out',
  hidden: (name) =>
    name === '' ? 'the channel is hidden from them' : `the channel is hidden, by the override for ${name}`,
  grant: () => 'the grant of this bot does not cover it',
  nothing: () => 'no role gives it',
};

const columns: Column<Explanation>[] = [
  { title: 'permission', value: ({ permission }) => permission },
  {
    title: 'allowed',
    value: ({ allowed }) => (allowed ? 'yes' : 'no'),
    color: ({ allowed }) => (allowed ? 'green' : 'red'),
  },
  { title: 'because', value: ({ by, source_name }) => reasons[by](source_name ?? ''), flexible: true },
];

export const explainPermission = (context: Context) =>
  new Command('explain-permission')
    .description('Show for each permission which role or override decides, in a community or in one of its channels.')
    .argument('<space>', 'the community, by id or name')
    .argument('<user>', 'the member, by handle, address or id')
    .argument('[channel]', 'the channel, by id or name')
    .action(async (space: string, user: string, channel: string | undefined) => {
      await using homeserver = await openHomeserver(context);
      const found = await homeserver.call('explain-permission', {
        space,
        user,
        ...(channel === undefined ? {} : { channel }),
      });
      context.answer(found, () => `${titleOf(found)}\n\n${table(columns, found.permissions, { empty: '' })}`);
    });

function titleOf({ space, user, channel, roles, timeout }: Explained): string {
  const where = channel === null ? space.name : `#${channel.name} of ${space.name}`;
  const held = roles.length === 0 ? 'no roles but everyone' : `roles: ${roles.map(({ name }) => name).join(', ')}`;
  const until = timeout === null ? '' : `; timed out until ${timeOf(timeout)} UTC`;
  return harmless(`${user.handle ?? user.id} in ${where}; ${held}${until}`);
}
