import { isServerName, type ServerNameRules } from '@folkmoot/federation/server-name.ts';
import { type BotLetter, peerGrantBot } from '@folkmoot/protocol-spec/schemas/federation/bots.ts';
import type { PeerEndpoint } from '@folkmoot/protocol-spec/schemas/federation/endpoint.ts';
import {
  type InviteLetter,
  peerEphemeral,
  peerGetUser,
  peerInvite,
  type PeerPresence,
  type PeerProfile,
  peerProfiles,
  peerQueryUser,
  peerRelate,
  type PeerWatch,
  peerWatchPresence,
  type ProfilesLetter,
  type RelationshipLetter,
} from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { peerReport, type ReportLetter } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { Refusal } from '../../base/errors.ts';
import type { RateLimiter } from '../../base/rate-limit.ts';
import type { FederationLimit } from '../limits.ts';
import { bindPeer, type PeerBinding } from '../endpoint.ts';

/** What other homeservers may ask and say about people. `server` is proven. */
export interface PeopleDesk {
  /** Throws `not_found`. */
  findByHandle(server: string, handle: string, from: string): Promise<PeerProfile>;
  /** Throws `not_found`. */
  find(server: string, user: string): Promise<PeerProfile>;
  /** Throws `wrong_origin` for a sender that is not theirs. */
  takeRelationship(server: string, letter: RelationshipLetter): Promise<void>;
  takeInvite(server: string, letter: InviteLetter): Promise<void>;
  takeProfiles(server: string, letter: ProfilesLetter): Promise<void>;
  /** The same of what a homeserver was asked. Throws as a letter with it would be refused. */
  learnProfiles(server: string, profiles: readonly PeerProfile[]): Promise<void>;
  /** A hub says that one of its spaces granted a bot of this homeserver something. Throws `not_found` and `unavailable`. */
  takeBotGrant(server: string, letter: BotLetter): Promise<void>;
  takeReport(server: string, letter: ReportLetter): Promise<void>;
  watch(server: string, watch: readonly PeerWatch[]): Promise<PeerPresence[]>;
  takePresences(server: string, presences: readonly PeerPresence[]): Promise<void>;
}

/** Where the parts that know people take their place once they are built. */
export class PeopleGate {
  desk: PeopleDesk | undefined;
  readonly #limiter: RateLimiter<FederationLimit>;
  readonly #names: ServerNameRules;

  constructor(limiter: RateLimiter<FederationLimit>, names: ServerNameRules) {
    this.#limiter = limiter;
    this.#names = names;
  }

  /** Every endpoint about people. */
  bindings(): PeerBinding[] {
    const taken = { v: 1 as const };
    return [
      bindPeer(peerQueryUser, async ({ server, value }) => {
        this.#requireTurn('lookup', server);
        const user = await this.#open(peerQueryUser).findByHandle(server, value.handle, value.from);
        return { v: 1 as const, user };
      }),
      bindPeer(peerGetUser, async ({ server, params }) => ({
        v: 1 as const,
        user: await this.#open(peerGetUser).find(server, params.user),
      })),
      bindPeer(peerRelate, async ({ server, value }) => {
        this.#requireTurn('letter', server);
        await this.#open(peerRelate).takeRelationship(server, value);
        return taken;
      }),
      bindPeer(peerInvite, async ({ server, value }) => {
        this.#requireTurn('letter', server);
        if (!isServerName(value.hub, this.#names)) throw new Refusal('bad_server_name', { path: '/hub' });
        await this.#open(peerInvite).takeInvite(server, value);
        return taken;
      }),
      bindPeer(peerProfiles, async ({ server, value }) => {
        this.#requireTurn('letter', server);
        await this.#open(peerProfiles).takeProfiles(server, value);
        return taken;
      }),
      bindPeer(peerGrantBot, async ({ server, value }) => {
        this.#requireTurn('letter', server);
        await this.#open(peerGrantBot).takeBotGrant(server, value);
        return taken;
      }),
      bindPeer(peerReport, async ({ server, value }) => {
        this.#requireTurn('report', server);
        await this.#open(peerReport).takeReport(server, value);
        return taken;
      }),
      bindPeer(peerWatchPresence, async ({ server, value }) => {
        this.#requireTurn('watch', server);
        return { v: 1 as const, presences: await this.#open(peerWatchPresence).watch(server, value.watch) };
      }),
      bindPeer(peerEphemeral, async ({ server, value }) => {
        this.#requireTurn('presence', server);
        await this.#open(peerEphemeral).takePresences(server, value.presences);
        return taken;
      }),
    ];
  }

  #requireTurn(name: FederationLimit, server: string): void {
    const { ok, retry_ms } = this.#limiter.take(name, server);
    if (!ok) throw new Refusal('rate_limited', { retry: retry_ms });
  }

  #open({ name }: Pick<PeerEndpoint, 'name'>): PeopleDesk {
    if (!this.desk) throw new Refusal('unavailable', { endpoint: name });
    return this.desk;
  }
}
