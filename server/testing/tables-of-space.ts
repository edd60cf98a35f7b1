import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

type OfSpace = { space: string };

const tables = {
  space: query<OfSpace>()((p) =>
    sql
      .selectFrom('spaces')
      .select(['id', 'kind', 'name', 'description', 'owner', 'hub', 'created', 'deleted'])
      .where('id', '=', p.space),
  ),
  roles: query<OfSpace>()((p) => sql.selectFrom('roles').selectAll().where('space', '=', p.space).orderBy('id')),
  channels: query<OfSpace>()((p) =>
    sql
      .selectFrom('channels')
      .select(['id', 'kind', 'name', 'topic', 'parent', 'order', 'slow_mode', 'overrides'])
      .where('space', '=', p.space)
      .orderBy('id'),
  ),
  members: query<OfSpace>()((p) =>
    sql
      .selectFrom('members')
      .innerJoin('users', 'users.id', 'members.user')
      .select(['space', 'user', 'nick', 'roles', 'joined', 'timeout', 'sort_rank', 'sort_name', 'unlisted'])
      .select(['users.handle', 'users.display_name'])
      .select(sql<boolean>`coalesce(members.home, '') = coalesce(users.home, '')`.as('has_home_of_user'))
      .where('space', '=', p.space)
      .orderBy('user'),
  ),
  bans: query<OfSpace>()((p) => sql.selectFrom('bans').selectAll().where('space', '=', p.space).orderBy('user')),
  messages: query<OfSpace>()((p) =>
    sql
      .selectFrom('messages')
      .innerJoin('channels', 'channels.stream_no', 'messages.stream_no')
      .select(['channels.id', 'epoch', 'seq', 'author', 'ts', 'edited', 'reply_to', 'content', 'mentions', 'intent'])
      .select(['edits', 'pinned'])
      .where('channels.space', '=', p.space)
      .where('messages.deleted', '=', 0)
      .orderBy('channels.id')
      .orderBy('epoch')
      .orderBy('seq'),
  ),
  /** That there was something is counted, and nothing else is known of it. */
  deleted: query<OfSpace>()((p) =>
    sql
      .selectFrom('messages')
      .innerJoin('channels', 'channels.stream_no', 'messages.stream_no')
      .select(['channels.id', 'epoch', 'seq', 'content', 'pinned'])
      .where('channels.space', '=', p.space)
      .where('messages.deleted', '=', 1)
      .orderBy('channels.id')
      .orderBy('epoch')
      .orderBy('seq'),
  ),
  reactions: query<OfSpace>()((p) =>
    sql
      .selectFrom('reactions')
      .innerJoin('channels', 'channels.stream_no', 'reactions.stream_no')
      .select(['channels.id', 'epoch', 'seq', 'emoji', 'user', 'ts'])
      .where('channels.space', '=', p.space)
      .orderBy('channels.id')
      .orderBy('epoch')
      .orderBy('seq')
      .orderBy('emoji')
      .orderBy('user'),
  ),
};

/** What the tables say about a space, without numbers that each homeserver gives itself. */
export async function tablesOfSpace(reader: Reader, space: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, table] of Object.entries(tables)) {
    const rows = await reader.all<OfSpace, Record<string, unknown>>(table as never, { space });
    found[name] = rows.map(structured);
  }
  return found;
}

const structures = new Set(['overrides', 'permissions', 'roles', 'mentions', 'edits']);

/** Structures by what they say: the order of members in their text is that of whoever wrote it. */
const structured = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      structures.has(column) ? (JSON.parse(value as string) as unknown) : value,
    ]),
  );
