import { readdirSync, readFileSync } from 'node:fs';
import { createHttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { createChannel } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { PhoneOwner } from '../testing/phone.ts';
import type { VoicePlace } from '../testing/voice-people.ts';
import type { Crowd } from './crowd.ts';

/** A voice channel of the community of a crowd, and those who can go in. */
export async function openVoicePlace(
  url: string,
  { space, tokens, users }: Crowd,
): Promise<{ place: VoicePlace; owners: PhoneOwner[] }> {
  const owner = createHttpClient({ baseUrl: url, tokens: { token: tokens[0] ?? '' } });
  const body = { kind: 'voice' as const, name: 'Lounge' };
  const { id } = await owner.call(createChannel, { params: { space }, body });
  return {
    place: { space, channel: id },
    owners: users.map((user, at) => ({ user, token: tokens[at] ?? '' })),
  };
}

/** The media workers that a homeserver runs. Linux only. */
export function mediaWorkersOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((child) => child !== '' && readFileSync(`/proc/${child}/comm`, 'utf8').startsWith('mediasoup'))
    .map(Number);
}
