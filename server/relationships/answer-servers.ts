import type {
  InviteLetter,
  PeerProfile,
  PeerSender,
  ProfilesLetter,
  RelationshipLetter,
} from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { findUser, findUserByHandle } from '../accounts/account-store.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import { receiveMessage } from './change-relationship.ts';
import { acquaintedWith, forgetPeople } from './forget-people.ts';
import type { PeopleParts } from './parts.ts';
import { admits } from './privacy.ts';
import { receiveInvite } from './receive-invite.ts';
import { ReceivedLetters } from './received-letters.ts';
import { anonymiseRemote, dropRemote, keepRemoteUser, requireIdentityOf } from './remote-user.ts';
import { findRequest } from './request-store.ts';
import { mayKnow } from './servers-of.ts';
import { tellRelations } from './tell-relations.ts';
import { peerProfileOf } from './tell-servers.ts';

export interface AnswerServersParts extends PeopleParts {
  /** Everybody who sees a user's name somewhere: spaces, by id. */
  audiencesOf(reader: Reader, user: string): Promise<Shown['audience'][]>;
  renamed(tx: Writer, user: string, displayName: string): Promise<void>;
  /** Takes the user out of what is noted about people by name. */
  forgetNames(tx: Writer, user: string): Promise<void>;
}

/** What other homeservers ask and say about people; `server` is proven. */
export function answerServers(parts: AnswerServersParts) {
  const { database, commit, clock, signals } = parts;
  const letters = new ReceivedLetters();

  /** A letter that came before changes nothing. */
  async function once<T>(server: string, id: string, work: (tx: Writer) => Promise<T>): Promise<T | undefined> {
    const now = clock.now();
    return commit(async (tx) => ((await letters.note(tx, server, id, now)) ? work(tx) : undefined));
  }

  /** The same, and whoever sent it does not learn from the answer what it met here. [PPL-5] */
  async function unseen<T>(server: string, id: string, work: (tx: Writer) => Promise<T>): Promise<T | undefined> {
    try {
      return await once(server, id, work);
    } catch (error) {
      const tells = error instanceof Refusal && error.status < 500 && error.code !== 'rate_limited';
      if (tells) return undefined;
      throw error;
    }
  }

  return {
    findByHandle: (server: string, handle: string, from: string): Promise<PeerProfile> =>
      database.read(async (reader) => {
        const row = await reader.get(findUserByHandle, { handle });
        const asking = await reader.get(findUser, { id: from });
        // Somebody else's user would be asking in the name of a friend.
        const isTheirs = asking === undefined || asking.home === server;
        if (!row || !isTheirs || !(await admits(parts, reader, row.id, 'found_by', from)))
          throw new Refusal('not_found');
        return peerProfileOf(reader, row.id);
      }),

    find: (server: string, user: string): Promise<PeerProfile> =>
      database.read(async (reader) => {
        if (!(await mayKnow(reader, server, user))) throw new Refusal('not_found');
        return peerProfileOf(reader, user);
      }),

    async takeRelationship(server: string, { id, from, to, message }: RelationshipLetter): Promise<void> {
      requireIdentityOf(server, from.identity);
      const taken = await unseen(server, id, async (tx) => {
        const known = await isKnown(tx, from);
        if (!(await isHere(tx, to)) || (message !== 'request' && !known)) return undefined;
        const { user } = await keepRemoteUser(tx, server, from, clock.now());
        const told = await receiveMessage(parts, tx, to, user, message);
        if (!known && told.length === 0) await tx.run(dropRemote, { id: user });
        return { user, told };
      });
      if (taken) tellRelations(parts, to, taken.user, taken.told);
    },

    async takeInvite(server: string, { id, from, to, kind, space, hub, code }: InviteLetter): Promise<void> {
      requireIdentityOf(server, from.identity);
      const taken = await unseen(server, id, async (tx) => {
        if (!(await isHere(tx, to))) return undefined;
        const known = await isKnown(tx, from);
        const { user } = await keepRemoteUser(tx, server, from, clock.now());
        const received = await receiveInvite(parts, tx, to, user, { kind, space, hub, code });
        const isKept = known || (await tx.get(findRequest, { user: to, space }))?.sender === user;
        if (!isKept) await tx.run(dropRemote, { id: user });
        if (received.accept) parts.acceptSoon(received.accept);
        return received.told;
      });
      for (const shown of taken ?? []) signals.send(shown);
    },

    async takeProfiles(server: string, { id, profiles, deleted }: ProfilesLetter): Promise<void> {
      for (const { identity } of profiles) requireIdentityOf(server, identity);
      const told = await once(server, id, async (tx) => {
        const shown = await keepProfiles(tx, server, profiles);
        for (const user of deleted) {
          if (!(await anonymiseRemote(tx, server, user))) continue;
          await parts.renamed(tx, user, (await userSummaryOf(tx, user)).display_name);
          await parts.forgetNames(tx, user);
          shown.push(...(await shownName(tx, user)), ...(await forgetPeople(tx, user)));
        }
        return shown;
      });
      for (const shown of told ?? []) signals.send(shown);
    },

    async learnProfiles(server: string, profiles: readonly PeerProfile[]): Promise<void> {
      for (const { identity } of profiles) requireIdentityOf(server, identity);
      for (const shown of await commit((tx) => keepProfiles(tx, server, profiles))) signals.send(shown);
    },
  };

  /** Of users who are known here. */
  async function keepProfiles(tx: Writer, server: string, profiles: readonly PeerProfile[]): Promise<Shown[]> {
    const shown: Shown[] = [];
    for (const profile of profiles) {
      const known = await tx.get(findUser, { id: String(profile.identity['user']) });
      if (known?.home !== server) continue;
      const { user, isNews } = await keepRemoteUser(tx, server, profile, clock.now());
      if (!isNews) continue;
      await parts.renamed(tx, user, profile.display_name);
      shown.push(...(await shownName(tx, user)));
    }
    return shown;
  }

  async function shownName(tx: Writer, user: string): Promise<Shown[]> {
    const d = { user: await userSummaryOf(tx, user) };
    const spaces = await parts.audiencesOf(tx, user);
    const users = (await acquaintedWith(tx, user)).map((other) => ({ to: 'user' as const, user: other }));
    return [...spaces, ...users].map((audience) => ({ audience, t: 'user.updated', d }));
  }
}

async function isKnown(reader: Reader, { identity }: PeerSender): Promise<boolean> {
  return (await reader.get(findUser, { id: String(identity['user']) })) !== undefined;
}

async function isHere(reader: Reader, user: string): Promise<boolean> {
  const row = await reader.get(findUser, { id: user });
  return row?.home === null && row.state !== 'deleted';
}
