import { randomId } from '@folkmoot/federation/ids.ts';
import {
  peerInvite,
  peerProfiles,
  type PeerProfile,
  peerRelate,
  type PeerSender,
} from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { findUser, profileOf } from '../accounts/account-store.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import type { PeopleElsewhere } from './parts.ts';
import { keepRemoteUser } from './remote-user.ts';
import { serversOf } from './servers-of.ts';

/** The network, as far as this room needs it. */
export interface PeopleNetwork {
  /** Keeps a letter for a homeserver with the transaction; `about` replaces one that still waits. */
  post(tx: Writer, server: string, endpoint: { path: string }, body: { id: string }, about?: string): Promise<void>;
  /** Throws `not_found` or `unavailable`. */
  profile(server: string, user: string): Promise<PeerProfile>;
  /** Throws `not_found` or `unavailable`. */
  query(server: string, body: { handle: string; from: string }): Promise<PeerProfile>;
}

export interface TellServersParts {
  serverName: string;
  network: PeopleNetwork;
  commit: Committer['commit'];
  now(): number;
}

export interface PeopleOfOtherServers extends PeopleElsewhere {
  /** Brings what is known of a user of another homeserver up to date, where that answers soon and was not asked lately. */
  refresh(user: string, server: string): Promise<void>;
  /** Tells the homeservers that know a user what is said of them now. [PPL-7] */
  tellProfile(tx: Writer, user: string): Promise<void>;
  /** Tells them that the account is being deleted; before it leaves anything. [PPL-8] */
  tellDeleted(tx: Writer, user: string): Promise<void>;
}

const FRESH_MS = 600_000;
const REMEMBERED = 10_000;

/** What users of this homeserver do that concerns users of others. */
export function peopleElsewhere({ serverName, network, commit, now }: TellServersParts): PeopleOfOtherServers {
  const letter = () => ({ v: 1 as const, id: randomId('i_') });
  const refreshed = new Map<string, number>();
  return {
    async refresh(user, server) {
      const time = now();
      if (time - (refreshed.get(user) ?? 0) < FRESH_MS) return;
      if (refreshed.size >= REMEMBERED) refreshed.clear();
      refreshed.set(user, time);
      try {
        const profile = await network.profile(server, user);
        if (profile.identity['user'] === user) await commit((tx) => keepRemoteUser(tx, server, profile, now()));
      } catch (error) {
        // What is known is shown.
        if (!(error instanceof Refusal)) throw error;
      }
    },

    async lookUp(user, handle, server) {
      const profile = await network.query(server, { handle, from: user });
      return commit(async (tx) => {
        const { user: id } = await keepRemoteUser(tx, server, profile, now());
        const row = await tx.get(findUser, { id });
        if (!row || row.handle !== handle) throw new Refusal('not_found');
        return profileOf(row, serverName);
      });
    },

    async tell(tx, server, message) {
      const from = await senderOf(tx, message.from);
      const { to } = message;
      if (message.about === 'relationship')
        return network.post(tx, server, peerRelate, { ...letter(), from, to, message: message.message } as never);
      return network.post(tx, server, peerInvite, { ...letter(), from, to, ...message.invite } as never);
    },

    async tellProfile(tx, user) {
      const profile = await peerProfileOf(tx, user);
      for (const server of await serversOf(tx, user, serverName)) {
        const body = { ...letter(), profiles: [profile], deleted: [] };
        await network.post(tx, server, peerProfiles, body, `profile:${user}`);
      }
    },

    async tellDeleted(tx, user) {
      for (const server of await serversOf(tx, user, serverName)) {
        const body = { ...letter(), profiles: [], deleted: [user] };
        await network.post(tx, server, peerProfiles, body, `profile:${user}`);
      }
    },
  };
}

async function senderOf(reader: Reader, user: string): Promise<PeerSender> {
  const { identity, display_name } = await peerProfileOf(reader, user);
  return { identity, display_name };
}

/** Who a user of this homeserver is, for another one. Throws `not_found`. */
export async function peerProfileOf(reader: Reader, user: string): Promise<PeerProfile> {
  const row = await reader.get(findUser, { id: user });
  if (!row || row.home !== null || row.state === 'deleted') throw new Refusal('not_found');
  const { display_name, bio, pronouns, created } = row;
  return { identity: JSON.parse(row.identity) as PeerProfile['identity'], display_name, bio, pronouns, created };
}
