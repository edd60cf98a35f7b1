import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { type Column, facts, table } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

type Shown = ResultOf<'space.show'>;

const channelColumns: Column<Shown['channels'][number]>[] = [
  { title: 'channel', value: ({ name }) => name, flexible: true },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'overrides', value: ({ overrides }) => overrides },
  { title: 'newest line', value: ({ head }) => head },
  { title: 'id', value: ({ id }) => id },
];
const roleColumns: Column<Shown['roles'][number]>[] = [
  { title: 'role', value: ({ name }) => name, flexible: true },
  { title: 'rank', value: ({ rank }) => rank },
  { title: 'permissions', value: ({ permissions }) => permissions.length },
  { title: 'id', value: ({ id }) => id },
];

export const showSpace = (context: Context) =>
  new Command('show')
    .description('Show a community with its channels, roles and the heads of its streams.')
    .argument('<space>')
    .action(async (space: string) => {
      await using homeserver = await openHomeserver(context);
      const found = await homeserver.call('space.show', { space });
      context.answer(found, () =>
        [
          facts([
            ['community', `${found.name}${found.deleted ? ' (deleted)' : ''}`],
            ['id', found.id],
            ['description', found.description === '' ? null : found.description],
            ['owner', found.owner.handle ?? found.owner.id],
            ['hub', found.hub],
            ['created (UTC)', timeOf(found.created)],
            ['members', found.member_count],
            ['working invites', found.working_invites],
            ['newest line of _', found.head],
          ]),
          table(channelColumns, found.channels, { empty: 'There are no channels.' }),
          table(roleColumns, found.roles, { empty: 'There are no roles.' }),
        ].join('\n\n'),
      );
    });
