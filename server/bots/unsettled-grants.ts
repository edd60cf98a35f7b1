import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

/** A grant of a bot that has not joined, or one that is over while the bot is still a member. */
export interface UnsettledGrant {
  space: string;
  hub: string;
  bot: string;
  /** Of the bot; null for one of this homeserver. */
  home: string | null;
  owner: string;
  owner_home: string | null;
  isMember: boolean;
}

const unsettled = (p: Readonly<{ now: number }>) =>
  sql
    .selectFrom('bot_grants')
    .innerJoin('users as bot', 'bot.id', 'bot_grants.bot')
    .innerJoin('spaces', 'spaces.id', 'bot_grants.space')
    .innerJoin('users as owner', 'owner.id', 'spaces.owner')
    .leftJoin('members', (join) =>
      join.onRef('members.space', '=', 'bot_grants.space').onRef('members.user', '=', 'bot_grants.bot'),
    )
    .select(['bot_grants.space', 'spaces.hub', 'bot_grants.bot', 'bot.home', 'spaces.owner'])
    .select(['owner.home as owner_home', 'members.user as member'])
    .where('spaces.deleted', '=', 0)
    .where('bot.state', '=', 'active')
    .where(({ eb, or, and }) =>
      or([
        and([eb('members.user', 'is', null), or([eb('expires', 'is', null), eb('expires', '>', p.now)])]),
        and([eb('members.user', 'is not', null), eb('expires', '<=', p.now)]),
      ]),
    );
const all = query<{ now: number }>()((p) => unsettled(p));
const one = query<{ now: number; space: string; bot: string }>()((p) =>
  unsettled(p).where('bot_grants.space', '=', p.space).where('bot_grants.bot', '=', p.bot),
);

/** Those of one bot in one space, or all. */
export async function unsettledGrants(
  reader: Reader,
  now: number,
  of?: { space: string; bot: string },
): Promise<UnsettledGrant[]> {
  const rows = of ? await reader.all(one, { now, ...of }) : await reader.all(all, { now });
  return rows.map(({ member, ...row }) => ({ ...row, isMember: member !== null }));
}
