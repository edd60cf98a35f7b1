import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import {
  peerEphemeral,
  peerGetUser,
  peerQueryUser,
  peerWatchPresence,
} from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { Refusal } from './base/errors.ts';
import type { Federation } from './federation/federation.ts';
import { PeerRefusal } from './federation/peer-refusal.ts';
import type { Letters } from './federation/people/letters.ts';
import type { PresenceNetwork } from './presence/presence-exchange.ts';
import { strangersTo } from './relationships/blocks.ts';
import { isFriend } from './relationships/relationship-store.ts';
import type { PeopleNetwork } from './relationships/tell-servers.ts';
import { sharesSpace } from './spaces/sharing-spaces.ts';
import type { Reader } from './storage/database.ts';
import { query, sql } from './storage/query.ts';

/** Somebody waits for a profile to open. */
const PROFILE_MS = 2_000;

/** Other homeservers, for those who know people. */
export function peopleNetwork(federation: Pick<Federation, 'ask'>, letters: Letters): PeopleNetwork & PresenceNetwork {
  const v = 1 as const;
  return {
    post: (tx, server, endpoint, body, about) => letters.post(tx, server, endpoint, body, about),
    async query(server, { handle, from }) {
      try {
        return (await federation.ask(server, peerQueryUser, { body: { v, handle, from } })).user;
      } catch (error) {
        if (error instanceof PeerRefusal && error.status === 404) throw new Refusal('not_found');
        if (error instanceof ProtocolError && error.code === 'bad_server_name') throw new Refusal('not_found');
        throw new Refusal('unavailable', { server });
      }
    },
    async profile(server, user) {
      try {
        return (await federation.ask(server, peerGetUser, { params: { user }, timeoutMs: PROFILE_MS })).user;
      } catch {
        throw new Refusal('unavailable', { server });
      }
    },
    watch: async (server, watch) => (await federation.ask(server, peerWatchPresence, { body: { v, watch } })).presences,
    async send(server, presences) {
      await federation.ask(server, peerEphemeral, { body: { v, presences } });
    },
  };
}

const homes = query<{ id: string }>()((p) => sql.selectFrom('users').select('home').where('id', '=', p.id));

/** Homes of users, null for those of this homeserver; without those who are not known. */
export async function homesOf(reader: Reader, users: readonly string[]): Promise<Map<string, string | null>> {
  const found = new Map<string, string | null>();
  for (const id of users) {
    const row = await reader.get(homes, { id });
    if (row) found.set(id, row.home);
  }
  return found;
}

/** Users of a homeserver among `by` who may see whether a user of this one is there. [PPL-9] */
export async function mayWatch(reader: Reader, server: string, user: string, by: readonly string[]): Promise<string[]> {
  const strangers = await strangersTo(reader, user);
  const allowed: string[] = [];
  for (const other of by) {
    if (strangers.has(other) || (await reader.get(homes, { id: other }))?.home !== server) continue;
    if ((await isFriend(reader, user, other)) || (await sharesSpace(reader, other, user))) allowed.push(other);
  }
  return allowed;
}
