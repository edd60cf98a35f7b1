import { Command } from 'commander';
import type { Context } from '../context.ts';
import { allowServer } from './allow-server.ts';
import { blockServer } from './block-server.ts';
import { examineFederation } from './examine-federation.ts';
import { listPeers } from './list-peers.ts';
import { pingServer } from './ping-server.ts';
import { showPeer } from './show-peer.ts';

export const federation = (context: Context) =>
  new Command('federation')
    .description(
      'Look at other homeservers and decide which to talk with. One is named by its server name: home.example',
    )
    .addCommand(listPeers(context))
    .addCommand(showPeer(context))
    .addCommand(pingServer(context))
    .addCommand(blockServer(context))
    .addCommand(allowServer(context))
    .addCommand(examineFederation(context));
