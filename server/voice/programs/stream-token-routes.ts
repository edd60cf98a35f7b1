import { listStreamTokens, revokeStreamToken } from '@folkmoot/protocol-spec/schemas/client/stream-tokens.ts';
import { userSummaryOf } from '../../accounts/user-summary.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import { bind, type Binding } from '../../http/bind.ts';
import { requireChannelStanding } from '../../spaces/standing.ts';
import type { Database } from '../../storage/database.ts';
import type { Place } from '../participant.ts';
import type { StreamTicket, StreamTokens } from './stream-tokens.ts';

export interface StreamTokenRoutesParts {
  database: Pick<Database, 'read'>;
  tokens: Pick<StreamTokens, 'inChannel' | 'revoke'>;
  clock: Clock;
  /** How many programs use a token now. */
  countOpen(token: string): number;
}

/** Tokens of programs, for those who asked for them and for moderators. [VOX-20] */
export function streamTokenRoutes({ database, tokens, clock, countOpen }: StreamTokenRoutesParts): Binding[] {
  /** Those that a member may see and revoke, and the others. Throws `not_found`. */
  async function sortedFor(user: string, place: Place): Promise<{ own: StreamTicket[]; others: StreamTicket[] }> {
    const { permissions } = await database.read((reader) =>
      requireChannelStanding(reader, place.space, place.channel, user, clock.now()),
    );
    const all = await tokens.inChannel(place);
    const isOwn = (ticket: StreamTicket) => ticket.user === user || permissions.has('voice.move');
    return { own: all.filter(isOwn), others: all.filter((ticket) => !isOwn(ticket)) };
  }

  return [
    bind(listStreamTokens, async ({ params, actor }) => {
      const { own } = await sortedFor(actor.user, params);
      return database.read(async (reader) => {
        const shown = [];
        for (const { id, kind, user, watches, created, expires } of own)
          shown.push({
            id,
            kind,
            user: await userSummaryOf(reader, user),
            watches,
            created,
            expires,
            open: countOpen(id),
          });
        return { tokens: shown };
      });
    }),

    bind(revokeStreamToken, async ({ params: { token, ...place }, actor }) => {
      const { own, others } = await sortedFor(actor.user, place);
      if (others.some(({ id }) => id === token)) throw new Refusal('missing_permission', { permission: 'voice.move' });
      if (own.some(({ id }) => id === token)) await tokens.revoke(token);
    }),
  ];
}
