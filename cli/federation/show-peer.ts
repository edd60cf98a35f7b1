import type { ResultOf } from '@folkmoot/server/admin/operations.ts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { facts } from '../show/table.ts';
import { timeOf } from '../show/times.ts';

export const showPeer = (context: Context) =>
  new Command('show')
    .description('Show what is known of a homeserver: its state, its pinned root key and its keys.')
    .argument('<server>')
    .action(async (server: string) => {
      await using homeserver = await openHomeserver(context);
      const peer = await homeserver.call('federation.show', { server });
      context.answer(peer, () => [facts(factsOf(peer)), ...wordsAbout(peer)].join('\n\n'));
    });

type Peer = ResultOf<'federation.show'>;

function factsOf(peer: Peer): [string, string | number | null][] {
  const { document, following } = peer;
  return [
    ['server', peer.server],
    ['state', peer.state],
    ...(peer.state === 'blocked' ? [['reason', peer.reason] as [string, string | null]] : []),
    ['root key', peer.root],
    ['signing keys', document?.keys.map(({ kid }) => kid).join(', ') ?? null],
    ['old keys', document?.old.map(({ kid, revoked }) => (revoked ? `${kid} (revoked)` : kid)).join(', ') || null],
    ['API', document?.api ?? null],
    ['versions', document?.versions.join(', ') ?? null],
    ['serial of its keys', peer.serial],
    ['keys read (UTC)', timeOf(peer.fetched)],
    ['first contact (UTC)', timeOf(peer.first_contact)],
    ['last contact (UTC)', timeOf(peer.last_contact)],
    ['followed here', following.spaces.map(({ space, name }) => name || space).join(', ') || null],
    ['lost events', following.orphans || null],
  ];
}

/** What an admin has to judge, a line for each. */
function wordsAbout({ server, following: { stopped, evidence } }: Peer): string[] {
  return [
    ...(stopped.length > 0
      ? [['Streams that are not read on until the right line comes:', ...stopped.map(stoppedStream)]]
      : []),
    ...(evidence.length > 0
      ? [
          [
            'Contradictions: others were shown another event at a place. The hub signed both, or somebody says so.',
            ...evidence.map(contradiction),
            `The signed lines: folkmoot federation show ${server} --json`,
          ],
        ]
      : []),
  ].map((lines) => lines.join('\n'));
}

interface At {
  space: string;
  stream: string;
}

const stoppedStream = ({ space, stream, reason, code }: At & { reason: string; code: string }) =>
  `  ${space} ${stream}: ${reason} (${code})`;

const contradiction = ({ space, stream, epoch, seq, accuser }: At & { epoch: number; seq: number; accuser: string }) =>
  `  ${space} ${stream} ${epoch}.${seq}${accuser && `, as ${accuser} says`}`;
