import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import * as endpoints from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import type { SpaceBot } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { findUser } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import { bind, type Binding } from '../http/bind.ts';
import { findGrant, grantsOf } from '../spaces/bot-grants.ts';
import { requirePermission, requireStanding } from '../spaces/standing.ts';
import type { Database, Reader } from '../storage/database.ts';
import { deedIn, type Deeds, done } from '../streams/deeds.ts';
import { findBot, type FindBotParts } from './find-bot.ts';
import type { BotProfile } from './known-bots.ts';
import { spaceBotOf } from './space-bot.ts';

export interface SpaceBotParts extends FindBotParts {
  database: Database;
  deeds: Deeds;
  clock: Clock;
}

type Terms = Omit<BotGrant, 'bot' | 'by' | 'ts'>;

/** What the owner of a community lets bots do there. */
export function spaceBotRoutes(parts: SpaceBotParts): Binding[] {
  const { database, deeds, clock } = parts;

  const requireManager = async (reader: Reader, space: string, user: string): Promise<void> =>
    requirePermission(await requireStanding(reader, space, user, clock.now()), 'space.manage');

  const grant = (actor: string, space: string, profile: BotProfile, terms: Terms): Promise<SpaceBot> => {
    const bot = profile.identity.user;
    return deeds.perform(deedIn(space, '_', actor, 'bot.grant', { bot, profile, ...terms }), async (reader) => {
      const granted = await findGrant(reader, space, bot);
      if (!granted) throw new Refusal('conflict');
      return spaceBotOf(reader, space, granted);
    });
  };

  return [
    bind(endpoints.admitBot, async ({ params: { space }, body, actor }) => {
      // Whoever may not admit a bot does not make this homeserver ask another one.
      await database.read((reader) => requireManager(reader, space, actor.user));
      return grant(actor.user, space, await findBot(parts, body.bot, actor.user), body.grant);
    }),

    bind(endpoints.listSpaceBots, ({ params: { space }, actor }) =>
      database.read(async (reader) => {
        await requireManager(reader, space, actor.user);
        const bots: SpaceBot[] = [];
        for (const granted of await grantsOf(reader, space)) bots.push(await spaceBotOf(reader, space, granted));
        return { bots };
      }),
    ),

    bind(endpoints.changeBotGrant, async ({ params: { space, bot }, body, actor }) => {
      const row = await database.read(async (reader) => {
        await requireManager(reader, space, actor.user);
        return (await findGrant(reader, space, bot)) && reader.get(findUser, { id: bot });
      });
      if (!row) throw new Refusal('not_found');
      const identity = JSON.parse(row.identity) as BotProfile['identity'];
      return grant(actor.user, space, { identity, display_name: row.display_name }, body);
    }),

    bind(endpoints.revokeBot, ({ params: { space, bot }, actor }) =>
      deeds.perform(deedIn(space, '_', actor.user, 'bot.revoke', { bot }), done),
    ),
  ];
}
