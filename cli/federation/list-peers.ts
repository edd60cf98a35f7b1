import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { type Column, table } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

type Found = ResultOf<'federation.peers'>;

const columns: Column<Found['peers'][number]>[] = [
  { title: 'server', value: ({ server }) => server },
  { title: 'state', value: ({ state }) => state, color: ({ state }) => (state === 'ok' ? 'green' : 'yellow') },
  { title: 'first contact (UTC)', value: ({ first_contact }) => timeOf(first_contact) },
  { title: 'last contact (UTC)', value: ({ last_contact }) => timeOf(last_contact) },
  { title: 'to look at', value: toLookAt, color: () => 'yellow' },
  { title: 'reason', value: ({ reason }) => reason, flexible: true },
  { title: 'root key', value: ({ root }) => root, flexible: true },
];

function toLookAt({ state, trouble }: Found['peers'][number]): string | null {
  const { stopped, contradictions, orphans } = trouble;
  const all = [
    state === 'suspended' ? 'another root key' : '',
    stopped > 0 ? `${stopped} stopped` : '',
    contradictions > 0 ? `${contradictions} contradicted` : '',
    orphans > 0 ? `${orphans} lost` : '',
  ];
  return all.filter(Boolean).join(', ') || null;
}

export const listPeers = (context: Context) =>
  new Command('peers').description('List the homeservers that this one has met or blocked.').action(async () => {
    await using homeserver = await openHomeserver(context);
    const found = await homeserver.call('federation.peers', {});
    context.answer(found, () =>
      [policyOf(found), table(columns, found.peers, { empty: 'It has met no other homeserver yet.' })].join('\n\n'),
    );
  });

function policyOf({ policy, off, allow }: Found): string {
  if (off !== null) return `Federation is off: ${off}.`;
  if (policy === 'on') return 'It talks with every homeserver that is not blocked.';
  return `It talks with these only: ${allow.join(', ')}`;
}
