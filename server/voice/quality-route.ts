import type { AnswerOf } from '@folkmoot/protocol-spec/schemas/client/endpoint.ts';
import { getVoiceQuality } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { findUser } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import { bind, type Binding } from '../http/bind.ts';
import { findChannelRow, findSpaceRow } from '../spaces/space-store.ts';
import type { Database, Reader } from '../storage/database.ts';
import type { RoomMeasure } from './rooms.ts';
import type { Voice } from './voice.ts';

interface QualityParts {
  voice: Pick<Voice, 'measure'>;
  database: Pick<Database, 'read'>;
}

type ChannelQuality = AnswerOf<typeof getVoiceQuality>['channels'][number];

/** How good voice is here, for admins. [QUAL-1] */
export function voiceQualityRoutes({ voice, database }: QualityParts): Binding[] {
  return [
    bind(getVoiceQuality, async ({ actor }) => {
      await database.read((reader) => requireAdmin(reader, actor.user));
      const { off, channels, workers } = await voice.measure();
      const named = await database.read(async (reader) => {
        const all: ChannelQuality[] = [];
        for (const measured of channels) all.push(await withNames(reader, measured));
        return all;
      });
      return { off, channels: named, workers };
    }),
  ];
}

async function requireAdmin(reader: Reader, user: string): Promise<void> {
  if ((await reader.get(findUser, { id: user }))?.admin !== 1) throw new Refusal('forbidden');
}

/** Communities by name; who a direct message or group is between is nobody else's business. */
async function withNames(reader: Reader, { space, channel, ...measured }: RoomMeasure): Promise<ChannelQuality> {
  const { participants, producers, consumers, bitrate_in, bitrate_out, loss } = measured;
  const numbers = { channel, participants, producers, consumers, bitrate_in, bitrate_out, loss };
  const found = await reader.get(findSpaceRow, { space });
  if (found?.kind !== 'community') return { ...numbers, kind: found?.kind ?? 'dm' };
  const row = await reader.get(findChannelRow, { space, channel });
  return { ...numbers, kind: 'community', space_name: found.name, ...(row ? { name: row.name } : {}) };
}
