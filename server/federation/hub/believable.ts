import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { Reader } from '../../storage/database.ts';
import type { HubPorts } from './hub-ports.ts';

/** Of what a server says of users in passing: that its own users are typing in channels where they might write, and nothing with it. [LIVE-7] */
export async function believable(
  reader: Reader,
  ports: Pick<HubPorts, 'homeOf' | 'maySend'>,
  server: string,
  items: readonly EphemeralItem[],
  now: number,
): Promise<EphemeralItem[]> {
  const kept: EphemeralItem[] = [];
  for (const item of items) {
    const { space, channel, user, kind } = item;
    if (kind !== 'typing' || channel === undefined || (await ports.homeOf(reader, user)) !== server) continue;
    if (await ports.maySend(reader, space, channel, user, now)) kept.push({ space, channel, user, kind, ts: now });
  }
  return kept;
}
