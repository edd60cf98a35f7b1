import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { Clock } from '../../base/clock.ts';
import type { Reader } from '../../storage/database.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Signal, Signals } from '../../streams/signals.ts';

const memberSummary = query<{ space: string; user: string }>()((p) =>
  sql
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user')
    .select(['users.id', 'users.handle', 'users.display_name', 'users.home'])
    .where('members.space', '=', p.space)
    .where('members.user', '=', p.user),
);
const textChannel = query<{ space: string; channel: string }>()((p) =>
  sql
    .selectFrom('channels')
    .select('id')
    .where('space', '=', p.space)
    .where('id', '=', p.channel)
    .where('kind', '=', 'text'),
);

const blockersOf = query<{ user: string }>()((p) =>
  sql.selectFrom('relationships').select('user').where('other', '=', p.user).where('kind', '=', 'blocked'),
);

/** For how long somebody is shown as typing, in ms. */
const TYPING = 10_000;

export interface EphemeralParts {
  database: Pick<Database, 'read'>;
  signals: Pick<Signals, 'send'>;
  clock: Clock;
}

/** What the hub says of its members that is not in the log. Of users of this homeserver it has nothing to say. [FOL-10] */
export async function takeEphemeral(
  { database, signals, clock }: EphemeralParts,
  items: readonly EphemeralItem[],
): Promise<void> {
  await database.read(async (reader) => {
    for (const { space, channel, user, kind } of items) {
      if (kind !== 'typing' || !channel) continue;
      const summary = await remoteMember(reader, space, user);
      if (!summary || !(await reader.get(textChannel, { space, channel }))) continue;
      const until = clock.now() + TYPING;
      const d = { space, channel, user: summary, until };
      const except = new Set((await reader.all(blockersOf, { user })).map((row) => row.user));
      signals.send({ audience: { to: 'channel', space, channel }, except, t: 'typing.started', d });
    }
  });
}

async function remoteMember(reader: Reader, space: string, user: string) {
  const row = await reader.get(memberSummary, { space, user });
  if (!row || row.home === null) return undefined;
  const { id, handle, display_name, home } = row;
  return { id, handle, display_name, home };
}

/** What a user of this homeserver does that others of the space may see now, for the hub to hand on. */
export function ephemeralOf(signal: Signal, now: number): EphemeralItem | undefined {
  if (signal.kind !== 'shown' || signal.shown.t !== 'typing.started' || signal.shown.isForHere) return undefined;
  const { space, channel, user } = signal.shown.d as {
    space: string;
    channel: string;
    user: { id: string; home?: string };
  };
  return user.home === undefined ? { space, channel, user: user.id, kind: 'typing', ts: now } : undefined;
}
