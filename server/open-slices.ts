import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { peerReport } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import type { AccountParts } from './accounts/parts.ts';
import { presenceSetting } from './accounts/presence-setting.ts';
import { accountRoutes } from './accounts/routes.ts';
import { ownBotRoutes } from './bots/own-bot-routes.ts';
import { spaceBotRoutes } from './bots/space-bot-routes.ts';
import { botsElsewhere } from './bots-network.ts';
import { PeerKeys } from './federation/follower/peer-keys.ts';
import { checkReports } from './federation/people/check-report.ts';
import type { Binding } from './http/bind.ts';
import { requireEveryEndpointBound } from './http/require-bound.ts';
import { evidenceOf } from './messages/evidence-of.ts';
import { purgeMessages } from './messages/purge-messages.ts';
import { messageRoutes } from './messages/routes.ts';
import { SearchBacklog } from './messages/search-backlog.ts';
import type { ReportParts } from './moderation/report-parts.ts';
import { moderationRoutes } from './moderation/routes.ts';
import { takeReport } from './moderation/take-report.ts';
import { openAccounts } from './open-accounts.ts';
import type { OpenLog } from './open-log.ts';
import type { Elsewhere, OpenNetwork } from './open-network.ts';
import { homesOf, mayWatch } from './people-network.ts';
import { inView, peopleParts } from './people-ports.ts';
import { PresenceBook } from './presence/presence-book.ts';
import { PresenceExchange } from './presence/presence-exchange.ts';
import { answerServers } from './relationships/answer-servers.ts';
import { peopleRoutes } from './relationships/routes.ts';
import { reportsNetwork } from './reports-network.ts';
import { appearing } from './spaces/appear.ts';
import { forgetInAudit } from './spaces/audit-store.ts';
import { renameMember } from './spaces/member-store.ts';
import { spaceRoutes } from './spaces/routes.ts';
import { unlistedBy } from './spaces/unlisted.ts';
import { leaveMissedCall } from './voice/calls/leave-missed-call.ts';
import { voiceQualityRoutes } from './voice/quality-route.ts';
import { Voice } from './voice/voice.ts';
import { clientAddress } from './http/client-address.ts';
import { openWhip } from './voice/programs/whip.ts';
import { StreamEndpoint } from './voice/programs/stream-endpoint.ts';
import { streamTokenRoutes } from './voice/programs/stream-token-routes.ts';
import { type StreamTicket, StreamTokens } from './voice/programs/stream-tokens.ts';
import { voiceNetwork } from './voice-network.ts';

/** What people use. */
export interface OpenSlices {
  readonly accounts: AccountParts;
  readonly voice: Voice;
  /** Where programs send what they record, and players take it. */
  readonly programs: readonly StreamEndpoint[];
  /** Where members from elsewhere come into rooms of here. */
  readonly voices: ReturnType<typeof voiceNetwork> | undefined;
  readonly presence: PresenceBook;
  readonly exchange: PresenceExchange | undefined;
  readonly searchBacklog: SearchBacklog;
  /** One for every endpoint of the client API. */
  readonly bindings: readonly Binding[];
}

/** Builds the slices and gives each what it needs of the others. */
export function openSlices(opened: OpenLog, reach: OpenNetwork, version: string): OpenSlices {
  const { config, log, clock, database, committer, keys, signals, spaceLog, tail } = opened;
  const { deeds, elsewhere, botJoiner } = reach;
  const { commit } = committer;
  const { server_name: serverName, public_url: publicUrl } = config;
  const slice = { database, committer, spaceLog, deeds, signals, clock, log };

  const accounts = openAccounts(opened, reach, version);
  const reports = reportParts(opened, elsewhere, accounts);
  const people = peopleParts({
    ...slice,
    commit,
    limiter: accounts.limiter,
    keys,
    serverName,
    elsewhere: elsewhere?.people,
    joinElsewhere: elsewhere?.follower,
  });

  const streams = new StreamTokens({ database, commit, signals, clock, publicUrl });
  const missedCall = leaveMissedCall(deeds, log);
  const appears = appearing(opened);
  const voice = new Voice({ config, database, deeds, tail, signals, appears, missedCall, streams, clock, log });
  const program = {
    tokens: streams,
    limiter: accounts.limiter,
    addressOf: clientAddress(config.trusted_proxies),
    iceServersFor: (ticket: StreamTicket) => voice.iceServersFor(ticket, ticket.user),
    clock,
    log,
  };
  const programs = [
    new StreamEndpoint({ ...program, path: '/voice/whip', kind: 'send', open: openWhip(voice) }),
    new StreamEndpoint({
      ...program,
      path: '/voice/whep',
      kind: 'watch',
      open: (ticket, offer, gone) => voice.viewers.open(ticket, offer, gone),
    }),
  ];
  const voices = elsewhere && voiceNetwork({ voice, ...elsewhere, database, signals, missedCall, config, clock, log });

  const presence = new PresenceBook({ database, clock, log, inView, presenceSetting });
  // Whoever watches somebody who is on no list any more is looked at again, as after a membership ended.
  tail.listen(({ events }) => {
    for (const { event } of events) {
      const user = unlistedBy(event);
      if (user !== undefined) presence.leftSpace(user);
    }
  });
  const exchange =
    elsewhere &&
    new PresenceExchange({ book: presence, network: elsewhere.network, database, homesOf, mayWatch, clock, log });
  if (exchange) {
    signals.listen((signal) => {
      if (signal.kind === 'relations') void exchange.relationsChanged(signal.user);
    });
    const answering = answerServers({
      ...people,
      audiencesOf: accounts.spaces.audiencesOf,
      renamed: renameMember,
      forgetNames: forgetInAudit,
    });
    elsewhere.federation.people.desk = {
      ...answering,
      takeBotGrant: (server, letter) => botJoiner.invited(server, letter),
      takeReport: (server, letter) => takeReport(reports, server, letter),
      watch: (server, watch) => exchange.watch(server, watch),
      takePresences: async (server, presences) => exchange.take(server, presences),
    };
  }

  const bindings = [
    ...accountRoutes(accounts),
    ...peopleRoutes(people),
    ...ownBotRoutes(accounts),
    ...spaceRoutes({
      ...slice,
      keys,
      serverName,
      publicUrl,
      elsewhere: elsewhere?.follower,
      presencesOf: (users, viewer) => presence.presencesOf(users, viewer),
    }),
    ...messageRoutes({ ...slice, history: elsewhere?.follower }),
    ...spaceBotRoutes({ ...slice, serverName, findElsewhere: botsElsewhere(elsewhere?.network) }),
    ...streamTokenRoutes({
      database,
      tokens: streams,
      clock,
      countOpen: (token) => programs.reduce((sum, one) => sum + one.countOpen(token), 0),
    }),
    ...moderationRoutes({ ...slice, reports, purgeMessages: (purge) => purgeMessages(slice, purge) }),
    ...voiceQualityRoutes({ voice, database }),
  ];
  requireEveryEndpointBound(endpoints, bindings);
  const searchBacklog = new SearchBacklog(committer.repair, log);
  return { accounts, voice, programs, voices, presence, exchange, searchBacklog, bindings };
}

function reportParts(
  { config, database, committer, clock, signals, ownKeys, log }: OpenLog,
  elsewhere: Elsewhere | undefined,
  accounts: AccountParts,
): ReportParts {
  const serverName = config.server_name;
  const keys = elsewhere && new PeerKeys({ self: serverName, ownKeys, ...elsewhere.federation });
  return {
    database,
    commit: committer.commit,
    clock,
    signals,
    serverName,
    evidenceOf,
    isAcquainted: accounts.spaces.isAcquainted,
    send: elsewhere && ((tx, server, letter) => elsewhere.letters.post(tx, server, peerReport, letter)),
    check: keys && ((hub, reports) => checkReports(keys, hub, reports)),
    desk: elsewhere && reportsNetwork({ ...elsewhere, database, signals, clock, log }),
  };
}
