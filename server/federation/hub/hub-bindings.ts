import { peerPreviewInvite, type PeerInvitePreview } from '@folkmoot/protocol-spec/schemas/federation/invites.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import type { Database, Reader } from '../../storage/database.ts';
import { bindPeer, type PeerBinding } from '../endpoint.ts';

/** What other homeservers are told is asked of the slices. Each answer is of the snapshot of `reader`. */
export interface HubPorts {
  /** Undefined where the invite does not work. */
  previewInvite(reader: Reader, code: string): Promise<Omit<PeerInvitePreview, 'v'> | undefined>;
}

export interface HubParts {
  self: string;
  database: Pick<Database, 'read'>;
  clock: Clock;
  ports: HubPorts;
}

/** What followers ask a hub for. */
export function hubBindings({ database, ports }: HubParts): PeerBinding[] {
  return [
    bindPeer(peerPreviewInvite, ({ params: { code } }) =>
      database.read(async (reader) => {
        const preview = await ports.previewInvite(reader, code);
        if (!preview) throw new Refusal('not_found');
        return { v: 1 as const, ...preview };
      }),
    ),
  ];
}
