import type { BotEventKind, BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';

type OfBot = { space: string; bot: string };

const grantRow = query<OfBot>()((p) =>
  sql.selectFrom('bot_grants').selectAll().where('space', '=', p.space).where('bot', '=', p.bot),
);
const grantRowsOf = query<{ space: string }>()((p) =>
  sql.selectFrom('bot_grants').selectAll().where('space', '=', p.space).orderBy('ts').orderBy('bot'),
);
const grantColumns = query<Omit<Tables['bot_grants'], 'content'> & { content: number }>()((p) =>
  sql
    .insertInto('bot_grants')
    .values({
      space: p.space,
      bot: p.bot,
      by: p.by,
      ts: p.ts,
      channels: p.channels,
      events: p.events,
      content: p.content,
      actions: p.actions,
      expires: p.expires,
    })
    .onConflict((conflict) =>
      conflict.columns(['space', 'bot']).doUpdateSet({
        by: p.by,
        ts: p.ts,
        channels: p.channels,
        events: p.events,
        content: p.content,
        actions: p.actions,
        expires: p.expires,
      }),
    ),
);
const deleteGrant = query<OfBot>()((p) =>
  sql.deleteFrom('bot_grants').where('space', '=', p.space).where('bot', '=', p.bot),
);
/** A member with what a bot was granted; `bot` is 1 for a bot, whose other columns are null where it has no grant. */
const memberWithGrant = query<{ space: string; user: string }>()((p) =>
  sql
    .selectFrom('members')
    .leftJoin('users', 'users.id', 'members.user')
    .leftJoin('bot_grants', (join) =>
      join.onRef('bot_grants.space', '=', 'members.space').onRef('bot_grants.bot', '=', 'members.user'),
    )
    .select(['members.roles', 'members.timeout', 'members.unlisted', 'users.bot as is_bot'])
    .select(['bot_grants.by', 'bot_grants.ts', 'bot_grants.channels', 'bot_grants.events'])
    .select(['bot_grants.content', 'bot_grants.actions', 'bot_grants.expires'])
    .where('members.space', '=', p.space)
    .where('members.user', '=', p.user),
);

const homesOfBots = query<{ space: string }>()((p) =>
  sql
    .selectFrom('bot_grants')
    .innerJoin('users', 'users.id', 'bot_grants.bot')
    .select('users.home')
    .distinct()
    .where('bot_grants.space', '=', p.space)
    .where('users.home', 'is not', null),
);

/** Homeservers other than this one with bots in a space. */
export async function botHomes(reader: Reader, space: string): Promise<string[]> {
  return (await reader.all(homesOfBots, { space })).flatMap(({ home }) => home ?? []);
}

const eventsOfBot = query<{ user: string }>()((p) =>
  sql
    .selectFrom('users')
    .leftJoin('bot_grants', 'bot_grants.bot', 'users.id')
    .leftJoin('members', (join) =>
      join.onRef('members.space', '=', 'bot_grants.space').onRef('members.user', '=', 'bot_grants.bot'),
    )
    .select(['members.space', 'bot_grants.events'])
    .where('users.id', '=', p.user)
    .where('users.bot', '=', 1),
);

/** Spaces in which a bot is told of such things; undefined for a person, who is told of all. */
export async function spacesToldOf(reader: Reader, user: string, kind: BotEventKind): Promise<string[] | undefined> {
  const rows = await reader.all(eventsOfBot, { user });
  if (rows.length === 0) return undefined;
  const told = rows.filter(({ events }) => (JSON.parse(events ?? '[]') as string[]).includes(kind));
  return told.flatMap(({ space }) => space ?? []);
}

const grantOf = (row: Omit<Tables['bot_grants'], 'space'>): BotGrant => ({
  bot: row.bot,
  by: row.by,
  ts: row.ts,
  channels: JSON.parse(row.channels) as BotGrant['channels'],
  events: JSON.parse(row.events) as BotGrant['events'],
  content: row.content === 1,
  actions: JSON.parse(row.actions) as BotGrant['actions'],
  expires: row.expires,
});

const isLiving = ({ expires }: Pick<BotGrant, 'expires'>, now: number) => expires === null || expires > now;

/** What a bot was granted in a space, also where it has expired. */
export async function findGrant(reader: Reader, space: string, bot: string): Promise<BotGrant | undefined> {
  const row = await reader.get(grantRow, { space, bot });
  return row && grantOf(row);
}

export async function grantsOf(reader: Reader, space: string): Promise<BotGrant[]> {
  return (await reader.all(grantRowsOf, { space })).map(grantOf);
}

export async function keepGrant(tx: Writer, space: string, grant: BotGrant): Promise<void> {
  await tx.run(grantColumns, {
    space,
    ...grant,
    channels: JSON.stringify(grant.channels),
    events: JSON.stringify(grant.events),
    actions: JSON.stringify(grant.actions),
    content: grant.content ? 1 : 0,
  });
}

/** It goes with the membership, whichever way that ends. */
export async function dropGrant(tx: Writer, space: string, bot: string): Promise<void> {
  await tx.run(deleteGrant, { space, bot });
}

export interface MemberRights {
  user: string;
  roles: string[];
  timeout: number | null;
  unlisted: boolean;
  grant?: BotGrant;
}

/** What decides about a member; a bot without a living grant is none. [BOT-7] */
export async function findMemberRights(
  reader: Reader,
  space: string,
  user: string,
  now: number,
): Promise<MemberRights | undefined> {
  const row = await reader.get(memberWithGrant, { space, user });
  if (!row) return undefined;
  const { timeout, unlisted } = row;
  const member = { user, roles: JSON.parse(row.roles) as string[], timeout, unlisted: unlisted > 0 };
  if (row.is_bot !== 1) return member;
  const { by, ts, channels, events, content, actions, expires } = row;
  if (by === null || ts === null || channels === null || events === null || content === null || actions === null)
    return undefined;
  const grant = grantOf({ bot: user, by, ts, channels, events, content, actions, expires });
  return isLiving(grant, now) ? { ...member, grant } : undefined;
}

/** What a member was granted that is a bot; nothing for people. */
export async function livingGrant(
  reader: Reader,
  space: string,
  user: string,
  now: number,
): Promise<BotGrant | undefined> {
  const grant = await findGrant(reader, space, user);
  return grant && isLiving(grant, now) ? grant : undefined;
}

/** Whether somebody is told of such things: people of all, a bot of what it was granted. */
export const isTold = (grant: BotGrant | undefined, kind: BotEventKind) => !grant || grant.events.includes(kind);

/** Throws `not_granted`. [BOT-9] */
export function requireTold(grant: BotGrant | undefined, kind: BotEventKind): void {
  if (!isTold(grant, kind)) throw new Refusal('not_granted', { events: kind });
}
