import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { presenceSetting } from './accounts/presence-setting.ts';
import { forgetExpiredSessions } from './accounts/end-session.ts';
import type { AccountParts } from './accounts/parts.ts';
import { createAuthenticator } from './accounts/authenticate.ts';
import { accountRoutes } from './accounts/routes.ts';
import { makeSetUpToken } from './accounts/set-up-link.ts';
import { createAdminServer } from './admin/admin-server.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { BotJoiner } from './bots/bot-joiner.ts';
import { ownBotRoutes } from './bots/own-bot-routes.ts';
import { botsElsewhere, tellHomeOfBot } from './bots-network.ts';
import { spaceBotRoutes } from './bots/space-bot-routes.ts';
import { listenAddressOf } from './base/config.ts';
import type { Log } from './base/log.ts';
import { loadMasterKey } from './base/master-key.ts';
import { createPasswords } from './base/passwords.ts';
import { createRateLimiter, unlimited } from './base/rate-limit.ts';
import { createSecrets } from './base/secrets.ts';
import type { Config } from './base/settings.ts';
import { eventBindings } from './event-bindings.ts';
import { gatewayPorts } from './gateway-ports.ts';
import { hubPorts } from './hub-ports.ts';
import { Gateway } from './gateway/gateway.ts';
import { clientAddress } from './http/client-address.ts';
import { cookiesFor, sessionCookie } from './http/cookies.ts';
import { createHttpApp } from './http/http-app.ts';
import { HttpServer } from './http/http-server.ts';
import { namedLimits } from './http/limits.ts';
import { requireEveryEndpointBound } from './http/require-bound.ts';
import { evidenceOf } from './messages/evidence-of.ts';
import { purgeMessages } from './messages/purge-messages.ts';
import { messageRoutes } from './messages/routes.ts';
import { closeOldReports } from './moderation/keep-report.ts';
import type { ReportParts } from './moderation/report-parts.ts';
import { takeReport } from './moderation/take-report.ts';
import { moderationRoutes } from './moderation/routes.ts';
import { PresenceBook } from './presence/presence-book.ts';
import { createEraser, eraseStreamLater } from './spaces/erased-streams.ts';
import { forgetState } from './spaces/forget-state.ts';
import { spaceHubs } from './spaces/hub-of.ts';
import { openingSpace } from './spaces/opening-space.ts';
import { peerReport } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import { PeerKeys } from './federation/follower/peer-keys.ts';
import { checkReport } from './federation/people/check-report.ts';
import { Letters } from './federation/people/letters.ts';
import { homesOf, mayWatch, peopleNetwork } from './people-network.ts';
import { PresenceExchange } from './presence/presence-exchange.ts';
import { answerServers } from './relationships/answer-servers.ts';
import { peopleElsewhere } from './relationships/tell-servers.ts';
import { forgetInAudit } from './spaces/audit-store.ts';
import { acquaintedWith, forgetPeople } from './relationships/forget-people.ts';
import { isFriend } from './relationships/relationship-store.ts';
import { peopleRoutes } from './relationships/routes.ts';
import { inView, peopleParts } from './people-ports.ts';
import { spacesInvitedTo } from './spaces/direct-spaces.ts';
import { renameMember, sharesSpace } from './spaces/member-store.ts';
import { spaceRoutes } from './spaces/routes.ts';
import { isSpaceInvite, leaveAllSpaces, ownsSpaces, requireRoomFor, spaceIdsOf } from './spaces/spaces-of-user.ts';
import { type Federation, federationApiOf, openFederation, reasonAgainstFederation } from './federation/federation.ts';
import { trackVisibility } from './federation/hub/track-visibility.ts';
import { createFollower } from './federation/follower/follower.ts';
import { OwnKeys } from './federation/own-keys.ts';
import { remoteHubs } from './federation/remote-hubs.ts';
import type { Database, Reader } from './storage/database.ts';
import { migrate } from './storage/migrate.ts';
import { migrations } from './storage/migrations/list.ts';
import { openDatabase } from './storage/open-database.ts';
import { type Committer, createCommitter } from './streams/committer.ts';
import { createDeeds } from './streams/deeds.ts';
import { type HighWaterMark, openHighWaterMark } from './streams/high-water-mark.ts';
import { Outbox } from './streams/outbox.ts';
import { Restoration } from './streams/restoration.ts';
import { openServerKeys, type ServerKeys } from './streams/server-keys.ts';
import { noteHubKey } from './streams/note-hub-key.ts';
import { createSignals, type Signals } from './streams/signals.ts';
import { openSpaceLog, type SpaceLog } from './streams/space-log.ts';
import { buildStateIndex } from './streams/state-index.ts';
import { openTail } from './streams/tail.ts';
import { leaveMissedCall } from './voice/calls/leave-missed-call.ts';
import { StreamTokens } from './voice/whip/stream-tokens.ts';
import { WhipDoor } from './voice/whip/whip-door.ts';
import { Voice } from './voice/voice.ts';
import { voiceNetwork } from './voice-network.ts';

export const version = '0.1.0';

const HOUR = 3_600_000;

export interface HomeserverOptions {
  config: Config;
  log: Log;
  clock?: Clock;
  /** Folder of the built web client. */
  webClientFolder: string;
  /** Checks every answer against its schema, for tests. */
  checkAnswers?: boolean;
}

/** A homeserver with its data open. It serves nobody until `listen`. */
export interface Homeserver extends AsyncDisposable {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly database: Database;
  readonly committer: Committer;
  readonly spaceLog: SpaceLog;
  readonly signals: Signals;
  readonly keys: ServerKeys;
  readonly ownKeys: OwnKeys;
  /** Undefined where this homeserver talks with no other. */
  readonly federation: Federation | undefined;
  readonly accounts: AccountParts;
  readonly mark: HighWaterMark;
  readonly restoration: Restoration;
  readonly voice: Voice;
  readonly botJoiner: BotJoiner;
  /** Serves HTTP and the gateway; returns the address that it listens on. */
  listen(): Promise<{ host: string; port: number }>;
  /** Path of the one-time link that makes the first admin; undefined when there is one. */
  makeSetUpPath(): Promise<string | undefined>;
  /** Drains: tells clients to come back, finishes what was asked, closes the data. */
  close(): Promise<void>;
}

/** Builds every part once, in order; the only place that knows them all. */
export async function createHomeserver(options: HomeserverOptions): Promise<Homeserver> {
  const { config, log, clock = systemClock, webClientFolder, checkAnswers = false } = options;
  const secrets = createSecrets(loadMasterKey(config.data, config.master_key));
  const database = await openDatabase({ folder: config.data, url: config.database });
  for (const name of await migrate(database, migrations, clock.now()))
    log.info({ migration: name }, 'the database was brought up to date');
  const keys = await database.write((tx) => openServerKeys(tx, secrets, clock));

  const committer = createCommitter(database);
  const mark = await openHighWaterMark(config.data);

  const signals = createSignals();
  const { server_name: serverName, public_url: publicUrl } = config;
  const ports = hubPorts(clock);
  const logParts = {
    bindings: eventBindings,
    serverName,
    clock,
    log,
    forgetState,
    onAccessChanged: (space: string) => signals.accessChanged(space),
    accessDecided: trackVisibility(ports),
    get signingKey() {
      return keys.signing;
    },
  };
  await buildStateIndex(database, eventBindings);
  const spaceLog = await database.read((reader) => openSpaceLog(reader, committer, logParts));
  const restoration = await Restoration.open({
    database,
    committer,
    spaceLog,
    mark,
    serverName,
    waitMs: config.restore_wait === 'manual' ? undefined : Number(config.restore_wait) * 1_000,
    clock,
    log,
  });
  const tail = await openTail({ database, bindings: eventBindings, log });
  const eraser = createEraser(committer.repair, log);
  tail.listen(({ events }) => eraser.follow(events));
  tail.listen(({ events }) => mark.raise(events.at(-1)?.event.pos ?? 0));
  committer.onCommit(() => tail.wake());

  const ownKeys = new OwnKeys({
    database,
    committer: committer.repair,
    keys,
    secrets,
    clock,
    serverName,
    api: federationApiOf(config),
    announce: (key) => noteHubKey({ database, committer, spaceLog, serverName }, key),
  });
  const hindrance = reasonAgainstFederation(config);
  const federation = hindrance
    ? undefined
    : await openFederation({
        config,
        database,
        committer,
        keys,
        ownKeys,
        clock,
        log,
        spaceLog,
        restoration,
        signals,
        ports,
      });
  if (federation) tail.listen((batch) => federation.follow(batch));

  const remote = remoteHubs(spaceHubs(serverName), federation);
  const outbox = await Outbox.open({
    database,
    committer,
    remote,
    signals,
    clock,
    log,
    serverName,
    get signingKey() {
      return keys.signing;
    },
  });
  tail.listen(({ events }) => outbox.follow(events));
  const deeds = createDeeds({ database, committer, spaceLog, remote, outbox });
  const openSpace = (reader: Reader, user: string, space: string) => openingSpace(reader, user, space, clock.now());
  const follower =
    federation &&
    createFollower({
      self: serverName,
      federation,
      remote,
      deeds,
      outbox,
      ownKeys,
      database,
      committer: committer.repair,
      spaceLog,
      signals,
      clock,
      log,
      openingSpace: openSpace,
      requireRoomFor,
      eraseStream: eraseStreamLater,
      eraseSoon: () => eraser.wake(),
    });
  const limiter = config.rate_limits === 'on' ? createRateLimiter(namedLimits, clock) : unlimited;
  const { commit } = committer;
  const authenticator = createAuthenticator({ db: database, commit, signals, clock, log });
  const letters = federation && new Letters({ federation, database, committer, clock, log });
  if (letters) federation.onHeard((server) => letters.reached(server));
  const botJoiner = new BotJoiner({
    database,
    deeds,
    serverName,
    clock,
    log,
    tellHome: letters && tellHomeOfBot(commit, letters),
    joinGranted: follower && ((bot, space, hub) => follower.joinGranted(bot, space, hub)),
  });
  tail.listen(({ events }) => botJoiner.follow(events));
  const network = letters && peopleNetwork(federation, letters);
  const elsewhere = network && peopleElsewhere({ serverName, network, commit, now: () => clock.now() });
  const spacesNaming = async (reader: Reader, user: string) => [
    ...(await spaceIdsOf(reader, user)),
    ...(await spacesInvitedTo(reader, user)),
  ];
  const accounts: AccountParts = {
    db: database,
    commit,
    signals,
    clock,
    log,
    secrets,
    passwords: createPasswords(),
    limiter,
    config,
    authenticator,
    spaces: {
      spacesOf: spacesNaming,
      ownsSpaces,
      isAcquainted: async (reader, user, other) =>
        (await sharesSpace(reader, user, other)) || (await isFriend(reader, user, other)),
      refreshProfile: async (user, home) => elsewhere?.refresh(user, home),
      async profileChanged(tx, user) {
        await elsewhere?.tellProfile(tx, user);
        return acquaintedWith(tx, user);
      },
      async forgetPeople(tx, user) {
        await elsewhere?.tellDeleted(tx, user);
        return forgetPeople(tx, user);
      },
      renamed: (tx, user, name) => renameMember(tx, user, name),
      leaveAllSpaces: (tx, user) => leaveAllSpaces(deeds, tx, user),
      isSpaceInvite: (reader, code) => isSpaceInvite(reader, code, clock.now()),
    },
    version,
  };

  const reportKeys =
    federation && new PeerKeys({ self: serverName, ownKeys, peers: federation.peers, discovery: federation.discovery });
  const reports: ReportParts = {
    database,
    commit,
    clock,
    signals,
    serverName,
    evidenceOf,
    isAcquainted: accounts.spaces.isAcquainted,
    send: letters && ((tx, server, letter) => letters.post(tx, server, peerReport, letter)),
    check: reportKeys && ((letter) => checkReport(reportKeys, letter)),
  };
  const slice = { database, committer, spaceLog, deeds, signals, clock, log };
  const streams = new StreamTokens(secrets, clock, publicUrl);
  const missedCall = leaveMissedCall(deeds, log);
  const voice = new Voice({ config, database, tail, signals, missedCall, streams, clock, log });
  const whip = new WhipDoor({ voice, tokens: streams, log });
  const voices =
    follower && voiceNetwork({ voice, federation, follower, database, signals, missedCall, config, clock, log });
  const people = peopleParts({ ...slice, commit, limiter, keys, serverName, elsewhere, joinElsewhere: follower });
  const presence = new PresenceBook({ database, clock, log, inView, presenceSetting });
  const exchange =
    network && new PresenceExchange({ book: presence, network, database, homesOf, mayWatch, clock, log });
  if (exchange) {
    signals.listen((signal) => {
      if (signal.kind === 'relations') void exchange.relationsChanged(signal.user);
    });
    const answering = answerServers({
      ...people,
      spacesOf: spacesNaming,
      renamed: renameMember,
      forgetNames: forgetInAudit,
    });
    federation.people.desk = {
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
      elsewhere: follower,
      presencesOf: (users, viewer) => presence.presencesOf(users, viewer),
    }),
    ...messageRoutes({ ...slice, history: follower }),
    ...spaceBotRoutes({ ...slice, serverName, findElsewhere: botsElsewhere(network) }),
    ...moderationRoutes({ ...slice, reports, purgeMessages: (purge) => purgeMessages(slice, purge) }),
  ];
  requireEveryEndpointBound(endpoints, bindings);

  let draining = false;
  let stop: (() => Promise<void>) | undefined;
  const reasonsAgainst = () => [...(draining ? ['stopping'] : []), ...(committer.readOnly ? [committer.readOnly] : [])];

  async function listen(): Promise<{ host: string; port: number }> {
    const cookies = cookiesFor(publicUrl);
    const gateway = new Gateway({
      database,
      tail,
      signals,
      ports: gatewayPorts(accounts, outbox, voice, follower),
      presence,
      voice,
      clock,
      log,
      publicUrl,
      addressOf: clientAddress(config.trusted_proxies),
      cookieOf: (request) => cookies.read(request, sessionCookie),
      rateLimits: config.rate_limits === 'on',
    });
    const { authenticate } = authenticator;
    const pages = federation ? [federation.page] : [];
    const app = createHttpApp({
      config,
      log,
      clock,
      limiter,
      authenticate,
      bindings,
      reasonsAgainst,
      webClientFolder,
      pages,
      checkAnswers,
    });
    const { tls_certificate: certificate, tls_key: key } = config;
    const http = new HttpServer(
      (request, response) => {
        // Other homeservers have an onion of their own, which proves who asks before it reads a body.
        if (federation?.isFor(request)) void federation.answer(request, response);
        else if (whip.isFor(request)) void whip.answer(request, response);
        else app(request, response);
      },
      certificate && key ? { certificate, key } : undefined,
    );
    http.server.on('upgrade', (request, socket, head) => {
      if (federation?.isFor(request)) void federation.upgrade(request, socket, head);
      else if (voices?.door.isFor(request)) voices.door.upgrade(request, socket, head);
      else gateway.upgrade(request, socket, head);
    });
    const { host, port } = listenAddressOf(config.listen);
    const address = await http.listen(host, port);
    await follower?.start();
    outbox.start();
    restoration.start(federation?.followers);
    await letters?.start();
    log.info(
      hindrance
        ? `Federation is off: ${hindrance}`
        : `Federation is ${config.federation}: other homeservers find this one as ${serverName}`,
    );
    voice.examine();
    const admin = await createAdminServer(homeserver);
    const chores = setInterval(() => void tidy(), HOUR);
    botJoiner.start();
    stop = async () => {
      clearInterval(chores);
      await botJoiner.close();
      federation?.closeLive();
      await gateway.drain();
      voices?.[Symbol.dispose]();
      whip[Symbol.dispose]();
      await voice[Symbol.asyncDispose]();
      outbox.stop();
      await http.stop();
      await admin.close();
    };
    return address;
  }

  async function tidy(): Promise<void> {
    try {
      await forgetExpiredSessions(accounts);
      await commit((tx) => closeOldReports(tx, clock.now()));
    } catch (error) {
      log.warn(
        { err: error },
        'sessions that expired and old reports could not be removed; it is tried again in an hour',
      );
    }
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    draining = true;
    await restoration.close();
    await stop?.();
    await exchange?.[Symbol.asyncDispose]();
    await letters?.[Symbol.asyncDispose]();
    await follower?.[Symbol.asyncDispose]();
    await federation?.[Symbol.asyncDispose]();
    await outbox.close();
    await eraser.close();
    await committer.close();
    await tail.close();
    await mark.close();
    await database.close();
  }

  const homeserver: Homeserver = {
    config,
    log,
    clock,
    database,
    committer,
    spaceLog,
    signals,
    keys,
    ownKeys,
    federation,
    accounts,
    mark,
    restoration,
    botJoiner,
    voice,
    listen,
    async makeSetUpPath() {
      const token = committer.readOnly === undefined ? await commit(makeSetUpToken) : undefined;
      return token && `/setup/${token}`;
    },
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
  return homeserver;
}
