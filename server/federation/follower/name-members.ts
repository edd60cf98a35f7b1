import { setTimeout as rest } from 'node:timers/promises';
import type { PeerProfile } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import { PeerRefusal } from '../peer-refusal.ts';

/** Also those who have a name: who has none is rare, and no index knows them. */
const membersAfter = query<{ space: string; after: string; limit: number }>()((p) =>
  sql
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user')
    .select(['users.id', 'users.home', 'users.identity', 'users.state'])
    .where('members.space', '=', p.space)
    .where('members.user', '>', p.after)
    .orderBy('members.user')
    .limit(p.limit),
);

export interface NameMembersParts {
  hub: string;
  database: Pick<Database, 'read'>;
  /** What the home of a user says about them. */
  profileOf(home: string, user: string): Promise<PeerProfile>;
  /** Keeps who users of a homeserver are, and tells everybody who sees them. */
  learnProfiles(home: string, profiles: readonly PeerProfile[]): Promise<void>;
}

const PAGE = 500;
/** Asked at once. */
const QUESTIONS = 4;
const LONGEST_REST = 60_000;

/**
 * Users of the hub may have joined without saying who they are, as all did before homeservers talked with each other: the hub is asked for
 * their profiles. Throws what it answers, but for `not_found`. [FOL-17]
 */
export async function nameMembers(parts: NameMembersParts, space: string, isOver: () => boolean): Promise<void> {
  const { hub, database } = parts;
  for (let after = ''; !isOver(); ) {
    const page = await database.read((reader) => reader.all(membersAfter, { space, after, limit: PAGE }));
    const nameless = page.filter(
      ({ id, home, identity, state }) => home === hub && identity === '{}' && state !== 'deleted' && id !== nobody,
    );
    for (let from = 0; from < nameless.length && !isOver(); from += QUESTIONS) {
      const users = nameless.slice(from, from + QUESTIONS).map(({ id }) => id);
      const found = await Promise.all(users.map((user) => ask(parts, user, isOver)));
      const profiles = found.filter((profile) => profile !== undefined);
      if (profiles.length > 0) await parts.learnProfiles(hub, profiles);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}

/** A hub that is asked too fast is asked again: in a large space there are more than it answers in a burst. */
async function ask(
  { hub, profileOf }: NameMembersParts,
  user: string,
  isOver: () => boolean,
): Promise<PeerProfile | undefined> {
  for (;;) {
    try {
      const profile = await profileOf(hub, user);
      return profile.identity['user'] === user ? profile : undefined;
    } catch (error) {
      if (!(error instanceof PeerRefusal)) throw error;
      if (error.status === 404) return undefined;
      if (error.status !== 429 || isOver()) throw error;
      await rest(Math.min(error.retry ?? 1_000, LONGEST_REST), undefined, { ref: false });
    }
  }
}
