import { lineText } from '@folkmoot/federation/envelope.ts';
import { peerListErasures } from '@folkmoot/protocol-spec/schemas/federation/erasures.ts';
import { peerSubmitIntents } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import { peerPreviewInvite } from '@folkmoot/protocol-spec/schemas/federation/invites.ts';
import { peerListMembers } from '@folkmoot/protocol-spec/schemas/federation/members.ts';
import { type PeerSpace, peerGetSpace } from '@folkmoot/protocol-spec/schemas/federation/spaces.ts';
import {
  peerGetCheckpoint,
  peerListEvents,
  peerListState,
} from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import { Refusal } from '../../base/errors.ts';
import type { Database, Reader } from '../../storage/database.ts';
import { findLine, findStream } from '../../streams/lines-store.ts';
import type { ServerKeys } from '../../streams/server-keys.ts';
import { bindPeer, Lines, type PeerBinding } from '../endpoint.ts';
import { Checkpoints } from './checkpoints.ts';
import { eventsPage } from './events-page.ts';
import type { HubPorts } from './hub-ports.ts';
import { erasuresPage } from './erasures-page.ts';
import { receiveIntents, type ReceiveParts } from './receive-intents.ts';
import { requireServerIn, requireStream, requireUnblocked, type VisibleStream } from './space-access.ts';
import { membersPage, statePage } from './state-page.ts';
import { findSpaceServer, visibleHeads } from './visibility-store.ts';

export interface HubParts extends Omit<ReceiveParts, 'ports'> {
  database: Pick<Database, 'read'>;
  keys: ServerKeys;
  ports: HubPorts;
}

/** What followers ask a hub for. */
export function hubBindings(parts: HubParts): PeerBinding[] {
  const { database, ports, keys, clock } = parts;
  const checkpoints = new Checkpoints(keys);

  const inStream = <T>(
    { space, stream }: { space: string; stream: string },
    server: string,
    work: (reader: Reader, visible: VisibleStream) => Promise<T>,
  ) => database.read(async (reader) => work(reader, await requireStream(reader, space, stream, server)));

  return [
    bindPeer(peerSubmitIntents, async ({ server, body }) => ({ results: await receiveIntents(parts, server, body) })),

    bindPeer(peerPreviewInvite, ({ server, params: { code } }) =>
      database.read(async (reader) => {
        const preview = await ports.previewInvite(reader, code, server);
        if (!preview) throw new Refusal('not_found');
        await requireUnblocked(reader, preview.space.id, server);
        return { v: 1 as const, ...preview };
      }),
    ),

    bindPeer(peerGetSpace, ({ server, params: { space } }) =>
      database.read(async (reader) => {
        await requireServerIn(reader, space, server);
        return spaceFor(reader, ports, space, server);
      }),
    ),

    bindPeer(peerListEvents, ({ server, params, query }) =>
      inStream(
        params,
        server,
        async (reader, visible) =>
          new Lines(await eventsPage(reader, { checkpoints, server, ports, now: clock.now() }, visible, query)),
      ),
    ),

    bindPeer(peerGetCheckpoint, ({ server, params }) =>
      inStream(params, server, (reader, visible) => checkpoints.sign(reader, whole(visible), server)),
    ),

    bindPeer(peerListState, ({ server, params, query: { after } }) =>
      inStream(params, server, (reader, visible) =>
        statePage(reader, { checkpoints, ports, server }, whole(visible), after),
      ),
    ),

    bindPeer(peerListErasures, ({ server, query: { after = 0 } }) =>
      database.read((reader) => erasuresPage(reader, server, after)),
    ),

    bindPeer(peerListMembers, ({ server, params: { space }, query }) =>
      inStream({ space, stream: '_' }, server, (reader, visible) =>
        membersPage(reader, { checkpoints, ports, server }, whole(visible), query),
      ),
    ),
  ];
}

/** A server that has nobody left in the space reads the end of `_` and no more. */
function whole(visible: VisibleStream): VisibleStream {
  if (visible.until) throw new Refusal('not_found');
  return visible;
}

async function spaceFor(reader: Reader, ports: HubPorts, space: string, server: string): Promise<PeerSpace> {
  const [found, root] = [await ports.findSpace(reader, space), await reader.get(findStream, { space, stream: '_' })];
  const first = root && (await reader.get(findLine, { stream_no: root.no, epoch: 1, seq: 0 }));
  if (!found || !root || !first) throw new Refusal('not_found');
  const { kind, name, description, owner, hub, created } = found.profile;
  const { epoch, seq, hash } = root;
  const channels = await reader.all(visibleHeads, { space, server });
  const isModerating = (await reader.get(findSpaceServer, { space, server }))?.moderates === 1;
  return {
    v: 1,
    space,
    profile: { kind, name, description, owner, hub, created },
    member_count: found.memberCount,
    ...(isModerating ? { with_unlisted: true as const } : {}),
    genesis: lineText(first.envelope, first.payload),
    streams: [{ stream: '_', epoch, seq, hash }, ...channels],
  };
}
