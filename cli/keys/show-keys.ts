import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { type Column, facts, table } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

const columns: Column<ResultOf<'keys.show'>['keys'][number]>[] = [
  { title: 'signing key', value: ({ kid }) => kid },
  { title: 'state', value: ({ state }) => state, color: ({ state }) => (state === 'in use' ? 'green' : 'gray') },
  { title: 'made (UTC)', value: ({ created }) => timeOf(created) },
  { title: 'revoked (UTC)', value: ({ revoked }) => timeOf(revoked) },
];

export const showKeys = (context: Context) =>
  new Command('show')
    .description('Show the root key, which never changes, and the signing keys of now and before.')
    .action(async () => {
      await using homeserver = await openHomeserver(context);
      const found = await homeserver.call('keys.show', {});
      context.answer(found, () =>
        [
          facts([
            ['root key', found.root],
            ['key document', found.serial === null ? 'none was published yet' : `serial ${found.serial}`],
            ['valid until (UTC)', timeOf(found.valid_until)],
          ]),
          table(columns, found.keys, { empty: 'There are no keys.' }),
        ].join('\n\n'),
      );
    });
