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
      const { document, following } = peer;
      context.answer(peer, () =>
        facts([
          ['server', peer.server],
          ['state', peer.state],
          ['root key', peer.root],
          ['signing keys', document?.keys.map(({ kid }) => kid).join(', ') ?? null],
          [
            'old keys',
            document?.old.map(({ kid, revoked }) => (revoked ? `${kid} (revoked)` : kid)).join(', ') || null,
          ],
          ['API', document?.api ?? null],
          ['versions', document?.versions.join(', ') ?? null],
          ['serial of its keys', peer.serial],
          ['keys read (UTC)', timeOf(peer.fetched)],
          ['first contact (UTC)', timeOf(peer.first_contact)],
          ['last contact (UTC)', timeOf(peer.last_contact)],
          ['followed here', following.spaces.map(({ space, name }) => name ?? space).join(', ') || null],
          ['stopped streams', following.stopped.map(stoppedStream).join('; ') || null],
          ['contradictions', following.evidence.map(contradiction).join('; ') || null],
        ]),
      );
    });

interface At {
  space: string;
  stream: string;
}

const stoppedStream = ({ space, stream, reason, code }: At & { reason: string; code: string }) =>
  `${space} ${stream}: ${reason} (${code})`;

const contradiction = ({ space, stream, epoch, seq, accuser }: At & { epoch: number; seq: number; accuser: string }) =>
  `${space} ${stream} ${epoch}.${seq}${accuser && ` as ${accuser} says`}`;
