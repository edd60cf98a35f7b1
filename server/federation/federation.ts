import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Discovery } from '@folkmoot/federation/discovery.ts';
import { createNonceMemory } from '@folkmoot/federation/nonce-memory.ts';
import { judgePeer } from '@folkmoot/federation/peer-policy.ts';
import type { Peer, PeerStore } from '@folkmoot/federation/peer-store.ts';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { MAX_KEY_DOCUMENT } from '@folkmoot/federation/server-key.ts';
import { isServerName, type ServerNameRules } from '@folkmoot/federation/server-name.ts';
import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { PeerEndpoint } from '@folkmoot/protocol-spec/schemas/federation/endpoint.ts';
import { type Notice, peerNotify } from '@folkmoot/protocol-spec/schemas/federation/notify.ts';
import { type PingAnswer, peerPing } from '@folkmoot/protocol-spec/schemas/federation/ping.ts';
import type { Static, TObject, TSchema } from 'typebox';
import type { WebSocket } from 'ws';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { createRateLimiter, unlimited } from '../base/rate-limit.ts';
import type { Config } from '../base/settings.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Page } from '../http/page.ts';
import type { Database } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import type { Followers, Restoration } from '../streams/restoration.ts';
import type { ServerKeys } from '../streams/server-keys.ts';
import type { Signals } from '../streams/signals.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import type { TailBatch } from '../streams/tail.ts';
import { answerPeers, API_PATH, type VerifyParts } from './answer-peers.ts';
import { type AnsweredLines, type AskParts, askPeer, askPeerLines, type Question } from './ask-peer.ts';
import { BodiesUnderWay } from './bodies-under-way.ts';
import { bindPeer } from './endpoint.ts';
import { examineFederation, type Finding } from './examine.ts';
import { ephemeralOf, takeEphemeral } from './follower/ephemeral.ts';
import { Evidence } from './follower/evidence.ts';
import { PeerKeys } from './follower/peer-keys.ts';
import { openLive } from './follower/open-socket.ts';
import { healBinding } from './hub/heal.ts';
import { hubBindings } from './hub/hub-bindings.ts';
import type { HubPorts } from './hub/hub-ports.ts';
import { reportBindings } from './hub/report-bindings.ts';
import { LiveHub } from './hub/live-hub.ts';
import { everyFollower } from './hub/visibility-store.ts';
import { createLiveUpgrade } from './hub/live-upgrade.ts';
import { believing } from './authorities.ts';
import { ClientError, createGuardedClient, type GuardedClient, type GuardedClientOptions } from './guarded-client.ts';
import { federationLimits } from './limits.ts';
import type { OwnKeys } from './own-keys.ts';
import { createPeerStore } from './peer-store.ts';
import { PeopleGate } from './people/people-gate.ts';
import { VoiceGate } from './voice-gate.ts';
import { pingEndpoint } from './ping.ts';

export interface FederationParts {
  config: Config;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit' | 'readOnly' | 'repair'>;
  keys: ServerKeys;
  ownKeys: OwnKeys;
  clock: Clock;
  log: Log;
  spaceLog: Pick<SpaceLog, 'submit' | 'heal'>;
  restoration: Restoration;
  signals: Signals;
  /** What it says about the spaces of this homeserver. */
  ports: HubPorts;
}

/** What this homeserver has to do with others. */
export interface Federation extends AsyncDisposable {
  /** What others may ask about people. */
  readonly people: PeopleGate;
  /** What others may ask about voice. */
  readonly voice: VoiceGate;
  /** Hands on to followers what is not in the log, or to one of them. */
  tell(item: EphemeralItem, to?: { only: string }): void;
  /** Whether a follower has its live connection open. */
  isConnected(server: string): boolean;
  /** Told of every homeserver that was heard from. */
  onHeard(listener: (server: string) => void): void;
  readonly peers: PeerStore;
  readonly discovery: Discovery;
  /** `/.well-known/folkmoot`. */
  readonly page: Page;
  /** Whether a request is for `answer`. */
  isFor(request: IncomingMessage): boolean;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes the live connection of a follower. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Tells followers what happened in the spaces of this homeserver. */
  follow(batch: TailBatch): Promise<void>;
  /** Who may have kept what this homeserver lost. */
  readonly followers: Followers;
  /** Followers have to come back. */
  closeLive(): void;
  /** Asks another homeserver for something. Throws ProtocolError, ClientError and PeerRefusal. */
  ask<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
    server: string,
    endpoint: PeerEndpoint<P, Q, B, A>,
    question?: Question<P, Q, B>,
  ): Promise<Static<A>>;
  /** `ask` for endpoints that answer in lines. */
  askLines<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
    server: string,
    endpoint: PeerEndpoint<P, Q, B, A>,
    question?: Question<P, Q, B>,
  ): Promise<AnsweredLines<Static<A>>>;
  /** The live connection of a hub. Throws ProtocolError, ClientError and PeerRefusal. */
  openLive(server: string): Promise<WebSocket>;
  /** Told what hubs say has changed in their spaces. */
  onNotice(listener: (server: string, notice: Notice) => void): void;
  /** Told when an admin blocks a server or lifts that. */
  onPolicy(listener: (server: string, isWelcome: boolean) => void): void;
  /** Asks another homeserver how it understands this one, whatever went wrong before. Throws ProtocolError, ClientError and PeerRefusal. */
  ping(server: string): Promise<PingAnswer>;
  /** Looks at this homeserver by the way that others take. */
  examine(): Promise<Finding[]>;
  /** From now on neither homeserver gets anything from the other. */
  block(server: string, reason: string | null): Promise<void>;
  /** Lifts a block, and takes a server that changed its root key for what it is now. */
  allow(server: string): Promise<Peer | undefined>;
}

/** Why this homeserver talks with no other; undefined where it does. */
export function reasonAgainstFederation(config: Config): string | undefined {
  const { federation, server_name: name } = config;
  if (federation === 'off') return 'the setting federation is off';
  if (isServerName(name, namesOf(config))) return undefined;
  return `server_name is ${name}, which other homeservers cannot find`;
}

export async function openFederation(parts: FederationParts): Promise<Federation> {
  const { config, database, committer, keys, ownKeys, clock, log, spaceLog, signals, ports, restoration } = parts;
  const self = config.server_name;
  restoration.onFinished(() => live.restart());
  const names = namesOf(config);
  const peers = createPeerStore(database, committer.repair);
  const guard: GuardedClientOptions = {
    privateAddresses: config.federation_private_addresses === 'allow',
    secureContext: believing(config.federation_ca),
  };
  const client = await createGuardedClient(guard);
  const discovery = new Discovery({
    fetchDocument: (server) => fetchDocument(client, server),
    peers,
    now: () => clock.now(),
    random: Math.random,
  });
  const policy = {
    mode: config.federation === 'allow-list' ? 'allow-list' : 'open',
    allow: config.federation_allow,
  } as const;

  async function requireWelcome(server: string): Promise<void> {
    const verdict = judgePeer(server, (await peers.find(server))?.state ?? 'ok', policy);
    if (verdict !== 'welcome') throw new ProtocolError(verdict, `${server} is not talked with`);
  }

  const limiter = config.rate_limits === 'on' ? createRateLimiter(federationLimits, clock) : unlimited;
  const people = new PeopleGate(limiter, names);
  const voice = new VoiceGate(limiter);
  const hearing: ((server: string) => void)[] = [];
  const decided: ((server: string, isWelcome: boolean) => void)[] = [];
  const noticed: ((server: string, notice: Notice) => void)[] = [];
  const notify = bindPeer(peerNotify, async ({ server, value }) => {
    for (const listener of noticed) listener(server, value);
    return {};
  });
  const asking: AskParts = { self, names, discovery, client, keys, clock, requireWelcome };
  const live = new LiveHub({
    database,
    ports,
    notify: (server, notice) => askPeer(asking, server, peerNotify, { body: notice }),
    onEphemeral: (items) => void takeEphemeral({ database, signals, clock }, items).catch(() => undefined),
    onVoice: (server, items) => voice.desk?.heard(server, items),
    onTold: (server, space) => voice.desk?.told(server, space),
    restoration,
    clock,
    log,
  });
  signals.listen((signal) => {
    const item = ephemeralOf(signal, clock.now());
    if (item) live.tell(item);
  });
  const verifying: VerifyParts = {
    self,
    names,
    nonces: createNonceMemory({ now: () => clock.now() }),
    requireWelcome,
    discovery,
    limiter,
    bodies: new BodiesUnderWay(),
    addressOf: clientAddress(config.trusted_proxies),
    heard: (server) => {
      live.heard(server);
      for (const listener of hearing) listener(server);
    },
    clock,
  };
  const upgrade = await createLiveUpgrade({ ...verifying, hub: live, log });
  const answer = answerPeers({
    ...verifying,
    bindings: [
      pingEndpoint(self, clock, peers),
      notify,
      ...people.bindings(),
      ...voice.bindings(),
      healBinding({
        self,
        database,
        committer: committer.repair,
        spaceLog,
        restoration,
        keys: new PeerKeys({ self, ownKeys, peers, discovery }),
        evidence: new Evidence({ database, committer: committer.repair, clock, log }),
        ports,
      }),
      ...reportBindings({ database, committer, limiter, signals, ports }),
      ...hubBindings({ self, database, committer, spaceLog, discovery, limiter, keys, ports, clock, log }),
    ],
    log,
  });

  return {
    peers,
    people,
    voice,
    tell: (item, to) => live.tell(item, to),
    isConnected: (server) => live.isConnected(server),
    onHeard: (listener) => void hearing.push(listener),
    discovery,
    openLive: (server) => openLive(asking, guard, server),
    onNotice: (listener) => void noticed.push(listener),
    onPolicy: (listener) => void decided.push(listener),
    page: {
      name: 'key document',
      path: '/.well-known/folkmoot',
      async answer() {
        const body = await ownKeys.document();
        return { type: 'application/json', body, headers: { 'Cache-Control': 'no-cache' } };
      },
    },
    isFor: ({ url = '' }) => url.startsWith('/federation/'),
    answer,
    upgrade,
    follow: (batch) => live.follow(batch),
    followers: {
      servers: () => database.read(async (reader) => (await reader.all(everyFollower, {})).map(({ server }) => server)),
      tell: (server) => askPeer(asking, server, peerNotify, { body: { spaces: [] } }),
    },
    closeLive: () => live.close(),
    ask: (server, endpoint, question) => askPeer(asking, server, endpoint, question),
    askLines: (server, endpoint, question) => askPeerLines(asking, server, endpoint, question),
    async ping(server) {
      discovery.forget(server);
      return askPeer(asking, server, peerPing, { body: { v: 1 } });
    },
    examine: () =>
      examineFederation({
        self,
        names,
        api: federationApiOf(config),
        keys,
        client,
        clock,
        peers,
        ping: (server) => askPeer(asking, server, peerPing, { body: { v: 1 } }),
      }),
    async block(server, reason) {
      await peers.block(server, reason);
      live.drop(server);
      for (const listener of decided) listener(server, false);
    },
    async allow(server) {
      const before = await peers.find(server);
      if (before?.state === 'suspended') await peers.unpin(server);
      if (before && before.state !== 'ok') await peers.allow(server);
      discovery.forget(server);
      for (const listener of decided) listener(server, true);
      return before;
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** Where the federation API of this homeserver is. */
export function federationApiOf({ server_name: name, public_url: url }: Config): string {
  return (url.startsWith('https:') ? url : `https://${name}`) + API_PATH;
}

/** A redirect is an answer like any other that is not 200. [KEY-1] */
async function fetchDocument(client: GuardedClient, server: string): Promise<Buffer> {
  const url = new URL(`https://${server}/.well-known/folkmoot`);
  const { status, body } = await client.request({ method: 'GET', url, maxBytes: MAX_KEY_DOCUMENT, timeoutMs: 5_000 });
  if (status !== 200) throw new ClientError('unreachable', `${url.href} answers ${status}`);
  return body;
}

function namesOf({ federation_private_addresses: addresses }: Config): ServerNameRules {
  return { testNames: addresses === 'allow' };
}
