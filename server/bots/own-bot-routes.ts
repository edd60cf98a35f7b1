import * as bots from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import { findUser, profileOf, type UserRow } from '../accounts/account-store.ts';
import { botsOf, deleteBotToken, findOwner, tokensOfBot } from '../accounts/bot-store.ts';
import { botTokenOf, issueBotToken } from '../accounts/bot-tokens.ts';
import { createBotAccount } from '../accounts/create-bot.ts';
import { deleteBotAccount } from '../accounts/delete-bot.ts';
import type { AccountParts } from '../accounts/parts.ts';
import { updateProfile } from '../accounts/update-profile.ts';
import { Refusal } from '../base/errors.ts';
import { bind, type Binding } from '../http/bind.ts';
import type { Reader } from '../storage/database.ts';

/** A bot that the user answers for. Throws `not_found` for any other. */
async function requireOwnBot(reader: Reader, owner: string, bot: string): Promise<UserRow> {
  const owned = await reader.get(findOwner, { bot });
  const row = owned?.owner === owner ? await reader.get(findUser, { id: bot }) : undefined;
  if (!row || row.state === 'deleted') throw new Refusal('not_found');
  return row;
}

/** Bot accounts and their tokens, for those who answer for them. */
export function ownBotRoutes(parts: AccountParts): Binding[] {
  const { db, commit, clock, config, signals } = parts;
  const userOf = (row: UserRow) => profileOf(row, config.server_name);

  return [
    bind(bots.createBot, async ({ body, actor }) =>
      userOf(await commit((tx) => createBotAccount(tx, parts, actor.user, body))),
    ),

    bind(bots.listBots, async ({ actor }) => {
      const rows = await db.read((reader) => reader.all(botsOf, { owner: actor.user }));
      return { bots: rows.map(userOf) };
    }),

    bind(bots.updateBot, async ({ params: { bot }, body, actor }) => {
      await db.read((reader) => requireOwnBot(reader, actor.user, bot));
      await updateProfile(parts, bot, body);
      return userOf(await db.read((reader) => requireOwnBot(reader, actor.user, bot)));
    }),

    bind(bots.deleteBot, async ({ params: { bot }, actor }) => {
      await commit(async (tx) => deleteBotAccount(tx, parts, await requireOwnBot(tx, actor.user, bot)));
      signals.endUser(bot);
    }),

    bind(bots.createBotToken, ({ params: { bot }, body, actor }) =>
      commit(async (tx) => {
        await requireOwnBot(tx, actor.user, bot);
        return issueBotToken(tx, bot, body.name ?? '', clock.now());
      }),
    ),

    bind(bots.listBotTokens, ({ params: { bot }, actor }) =>
      db.read(async (reader) => {
        await requireOwnBot(reader, actor.user, bot);
        return { tokens: (await reader.all(tokensOfBot, { bot })).map(botTokenOf) };
      }),
    ),

    bind(bots.revokeBotToken, async ({ params: { bot, token }, actor }) => {
      await commit(async (tx) => {
        await requireOwnBot(tx, actor.user, bot);
        if ((await tx.run(deleteBotToken, { bot, id: token })) === 0) throw new Refusal('not_found');
      });
      signals.endSession(token);
    }),
  ];
}
