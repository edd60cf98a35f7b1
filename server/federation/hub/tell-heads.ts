import type { Database, Reader } from '../../storage/database.ts';
import type { FollowerPeer, SpaceFollower } from './follower-peer.ts';
import type { HubPorts } from './hub-ports.ts';
import { type Heads, headsOf } from './live-frames.ts';
import type { LiveSocket } from './live-socket.ts';
import { spacesOfServer } from './visibility-store.ts';

export interface TellHeadsParts {
  ports: Pick<HubPorts, 'findSpace'>;
  /** A follower was told the heads of spaces, or of one that it may see more of. */
  onTold(server: string, space?: string): void;
}

/** All spaces. What is said while this is read is said again, if it changes what the peer may see. */
export async function tellAll(
  { database, ...parts }: TellHeadsParts & { database: Pick<Database, 'read'> },
  peer: FollowerPeer,
  socket: LiveSocket,
): Promise<void> {
  const { server } = peer;
  const rows = await database.read((reader) => reader.all(spacesOfServer, { server }));
  let spaces = rows.map(({ space }) => space);
  while (spaces.length > 0) {
    peer.stale = new Set();
    for (const space of spaces) {
      const heads = await database.read((reader) => headsOf(reader, parts.ports, space, server));
      if (peer.socket !== socket) return;
      tellHeads(peer, space, heads);
    }
    spaces = [...peer.stale];
  }
  if (peer.socket !== socket) return;
  peer.stale = undefined;
  parts.onTold(server);
}

/** One space, where the peer may see other streams of it than it was told of, or anything else is new. */
export async function tellAgain(
  reader: Reader,
  parts: TellHeadsParts,
  { peer, visible }: SpaceFollower,
  space: string,
  isNews: boolean,
): Promise<void> {
  const told = peer.told.get(space);
  if (!isNews && told && told.size === visible.size + 1 && [...visible].every((stream) => told.has(stream))) return;
  if (peer.stale) return void peer.stale.add(space);
  tellHeads(peer, space, await headsOf(reader, parts.ports, space, peer.server));
  parts.onTold(peer.server, space);
}

function tellHeads(peer: FollowerPeer, space: string, { streams, withUnlisted, frame }: Heads): void {
  peer.told.set(space, streams);
  if (withUnlisted) peer.moderated.add(space);
  else peer.moderated.delete(space);
  peer.socket?.send(frame);
}
