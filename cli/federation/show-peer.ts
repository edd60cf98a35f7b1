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
      const { document } = peer;
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
        ]),
      );
    });
