import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

/** Of members whom nobody was told of since they joined. */
const unknown = 2;
const moderating = ['member.kick', 'member.ban', 'administrator'] as const;

const bySpace = query<{ user: string }>()((p) =>
  sql
    .selectFrom('members as mine')
    .innerJoin('members as theirs', 'theirs.space', 'mine.space')
    .select('theirs.home')
    .distinct()
    .where('mine.user', '=', p.user)
    .where('mine.unlisted', '!=', unknown)
    .where('theirs.home', 'is not', null),
);
/** Where others do not know the user as a member, those who may moderate do. [UNL-6] */
const byModerators = query<{ user: string }>()((p) =>
  sql
    .selectFrom('members as mine')
    .innerJoin('spaces', 'spaces.id', 'mine.space')
    .innerJoin('roles', 'roles.space', 'mine.space')
    .innerJoin('members as theirs', 'theirs.space', 'mine.space')
    .select('theirs.home')
    .distinct()
    .where('mine.user', '=', p.user)
    .where('mine.unlisted', '=', unknown)
    .where('theirs.home', 'is not', null)
    .where(({ eb, or, and }) =>
      or([
        eb('spaces.owner', '=', eb.ref('theirs.user')),
        and([
          sql<boolean>`theirs.roles like '%"' || roles.id || '"%'`,
          or(moderating.map((permission) => eb('roles.permissions', 'like', `%"${permission}"%`))),
        ]),
      ]),
    ),
);
const hubsOf = () =>
  sql.selectFrom('members').innerJoin('spaces', 'spaces.id', 'members.space').select('spaces.hub').distinct();
const byHub = query<{ user: string }>()((p) => hubsOf().where('members.user', '=', p.user));
/** Where the hub knows the user as a member, and hardly anybody else. */
const byHubAlone = query<{ user: string }>()((p) =>
  hubsOf().where('members.user', '=', p.user).where('members.unlisted', '=', unknown),
);
const byRelationship = query<{ user: string }>()((p) =>
  sql
    .selectFrom('relationships')
    .innerJoin('users', 'users.id', 'relationships.other')
    .select('users.home')
    .distinct()
    .where('relationships.user', '=', p.user)
    .where('relationships.kind', '!=', 'blocked')
    .where('users.home', 'is not', null),
);
const byInvite = query<{ user: string }>()((p) =>
  sql
    .selectFrom('invites')
    .innerJoin('users', 'users.id', 'invites.user')
    .select('users.home')
    .distinct()
    .where('invites.creator', '=', p.user)
    .where('users.home', 'is not', null),
);

/** Other homeservers that know a user of this one, by a space, a friendship or a request. */
export async function serversOf(reader: Reader, user: string, self: string): Promise<string[]> {
  const homes = [];
  for (const found of [bySpace, byModerators, byRelationship, byInvite])
    homes.push(...(await reader.all(found, { user })));
  const hubs = (await reader.all(byHub, { user })).map(({ hub }) => hub);
  const servers = new Set([...homes.flatMap(({ home }) => home ?? []), ...hubs]);
  servers.delete(self);
  return [...servers];
}

/** Whether a homeserver has somebody who shares a space with a user of this one or is a friend. */
export async function mayKnow(reader: Reader, server: string, user: string): Promise<boolean> {
  if ((await reader.get(sharingFrom, { user, server })) || (await hasFriendAt(reader, user, server))) return true;
  const moderators = await reader.all(byModerators, { user });
  const hubs = await reader.all(byHubAlone, { user });
  return moderators.some(({ home }) => home === server) || hubs.some(({ hub }) => hub === server);
}

const sharingFrom = query<{ user: string; server: string }>()((p) =>
  sql
    .selectFrom('members as mine')
    .innerJoin('members as theirs', 'theirs.space', 'mine.space')
    .select('theirs.user')
    .where('mine.user', '=', p.user)
    .where('mine.unlisted', '!=', unknown)
    .where('theirs.home', '=', p.server)
    .limit(1),
);
const friendAt = query<{ user: string; server: string }>()((p) =>
  sql
    .selectFrom('relationships')
    .innerJoin('users', 'users.id', 'relationships.other')
    .select('users.id')
    .where('relationships.user', '=', p.user)
    .where('relationships.kind', '=', 'friend')
    .where('users.home', '=', p.server)
    .limit(1),
);

async function hasFriendAt(reader: Reader, user: string, server: string): Promise<boolean> {
  return (await reader.get(friendAt, { user, server })) !== undefined;
}
