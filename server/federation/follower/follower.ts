import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import { peerGetUser } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database, Reader, Writer } from '../../storage/database.ts';
import type { Committer } from '../../streams/committer.ts';
import type { Deeds } from '../../streams/deeds.ts';
import type { Departures } from '../../streams/departures.ts';
import { keysAttestedBy } from '../../streams/key-events.ts';
import type { Outbox } from '../../streams/outbox.ts';
import type { OwnJoins } from '../../streams/own-joins.ts';
import type { Signals } from '../../streams/signals.ts';
import type { SpaceLog } from '../../streams/space-log.ts';
import type { Federation } from '../federation.ts';
import type { OwnKeys } from '../own-keys.ts';
import type { RemoteHubsOverNetwork } from '../remote-hubs.ts';
import { ephemeralOf } from './ephemeral.ts';
import { Evidence } from './evidence.ts';
import type { WantedHistory } from './fetch-history.ts';
import type { FollowedSpace } from './followed-space.ts';
import { allFollows, deleteFollow } from './follows-store.ts';
import { HubLink, type HubLinkParts } from './hub-link.ts';
import { cursorOf, hubQuestions } from './hub-questions.ts';
import { type HubState, HubStates } from './hub-states.ts';
import { type ExpectedSpace, Joins } from './join-space.ts';
import { PeerKeys } from './peer-keys.ts';
import { type FollowerTiming, type HubInvite, usualTiming } from './ports.ts';
import { Quarantine } from './quarantine.ts';
import { orRefusal } from './refusal-of.ts';
import { TellMembers } from './tell-members.ts';

export interface FollowerParts {
  self: string;
  federation: Pick<
    Federation,
    'ask' | 'askLines' | 'discovery' | 'peers' | 'people' | 'openLive' | 'onNotice' | 'onPolicy'
  >;
  remote: Pick<RemoteHubsOverNetwork, 'reached' | 'onAnswered'>;
  deeds: Pick<Deeds, 'perform'>;
  outbox: Pick<Outbox, 'resend'>;
  departures: Pick<Departures, 'leave' | 'settle' | 'onLeft'>;
  ownKeys: Pick<OwnKeys, 'read'>;
  ownJoins: OwnJoins;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  spaceLog: SpaceLog;
  signals: Pick<Signals, 'send' | 'sendAsNow' | 'listen'>;
  clock: Clock;
  log: Log;
  openingSpace(reader: Reader, user: string, space: string): Promise<Space | undefined>;
  /** Throws `limit_reached`. */
  requireRoomFor(reader: Reader, user: string, kind: Space['kind']): Promise<void>;
  /** Promises that all that was said in a stream will be erased. */
  eraseStream(tx: Writer, streamNo: number): Promise<void>;
  eraseSoon(): void;
  timing?: FollowerTiming;
}

/** The spaces of other hubs in which this homeserver has members. [FOL-1] */
export interface Follower extends AsyncDisposable {
  /** Begins to follow what was followed at the last stop. */
  start(): Promise<void>;
  /** Throws Refusal. */
  preview(code: string, via: string): Promise<HubInvite>;
  /** Joins a space of another hub, if it is the expected one; a member already gets it as it is. Throws Refusal. */
  join(
    user: string,
    code: string,
    via: string,
    terms?: { unlisted?: boolean },
    expected?: ExpectedSpace,
  ): Promise<Space>;
  /** Joins a bot to a space of another hub that granted it something. Throws Refusal. */
  joinGranted(bot: string, space: string, hub: string): Promise<Space>;
  /** Whether another hub decides in a space, and it is followed. */
  isElsewhere(space: string): boolean;
  /** Fetches what somebody is about to read. True where the hub has older lines than are here and can be asked. */
  ensureHistory(space: string, channel: string, wanted: WantedHistory): Promise<boolean>;
  stateOf(space: string): HubState;
  /** Told what hubs say that is not in the log, of spaces of theirs. */
  onHeard(listener: (hub: string, items: readonly EphemeralItem[]) => void): void;
  /** Told whenever a hub was reached. */
  onReached(listener: (hub: string) => void): void;
  /** Tells the hub of a space something that is not in the log; it is lost where the hub is away. */
  say(item: EphemeralItem): void;
}

/** How long a line that the hub accepted may take to be pushed before it is asked for. */
const PUSH_MS = 1_500;

export function createFollower(parts: FollowerParts): Follower {
  const { self, federation, remote, ownKeys, database, committer, clock, log, timing = usualTiming } = parts;
  const keys = new PeerKeys({
    self,
    ownKeys,
    peers: federation.peers,
    discovery: federation.discovery,
    attested: (hub, server) => database.read((reader) => keysAttestedBy(reader, hub, server)),
  });
  const questions = hubQuestions(federation, keys);
  const quarantine = new Quarantine({ database, committer, clock, log, timing });
  const states = new HubStates(parts.signals);
  const members = new TellMembers(parts);
  const links = new Map<string, HubLink>();
  const hubs = new Map<string, string>();
  const hearing: ((hub: string, items: readonly EphemeralItem[]) => void)[] = [];
  const joins = new Joins({ ...parts, questions, follow, forget, timing });
  const linkParts: HubLinkParts = {
    ...parts,
    questions,
    keys,
    quarantine,
    evidence: new Evidence({ database, committer, clock, log }),
    undone: (space) => members.anew(space),
    resend: (tx, hub, lost) => parts.outbox.resend(tx, hub, lost),
    isAsTold: (space, kind) => joins.isAsTold(space, kind),
    timing,
    states,
    ask: federation.ask,
    profileOf: async (home, user) => (await federation.ask(home, peerGetUser, { params: { user } })).user,
    learnProfiles: async (home, profiles) => federation.people.desk?.learnProfiles(home, profiles),
    tellRead: (space, channels) => members.read(space, channels),
    tellCount: (space) => members.count(space),
    connect: (hub) => federation.openLive(hub),
    ended: (_, space) => void end(space),
    named: (hub, space) => quietly(joins.leaveUnwished(space, hub)),
    heard: (hub, items) => {
      for (const listener of hearing) listener(hub, items);
    },
  };
  let closed = false;

  states.onReachable((hub) => remote.reached(hub));
  remote.onAnswered((hub, lines, results) => {
    links.get(hub)?.wake();
    for (const { id, space, stream } of lines.map(namesOf))
      answered(
        hub,
        space,
        stream,
        results.find((one) => one.id === id),
      );
  });
  federation.onNotice((server, { spaces }) => {
    const link = links.get(server);
    link?.wake();
    for (const { space, heads } of spaces)
      if (!hubs.has(space)) quietly(joins.leaveUnwished(space, server));
      else quietly(link?.space(space)?.reach(new Map(heads.map(({ stream, head }) => [stream, cursorOf(head)]))));
  });
  parts.ownJoins.onUnwished((space) => {
    const hub = hubs.get(space);
    if (hub !== undefined) quietly(joins.leaveUnwished(space, hub));
  });
  parts.departures.onLeft((space) => quietly(followedIn(space)?.endIfEmpty()));
  federation.onPolicy((server, isWelcome) => {
    if (isWelcome) links.get(server)?.wake();
    else links.get(server)?.breakOff();
  });
  parts.signals.listen((signal) => {
    const item = ephemeralOf(signal, clock.now());
    const hub = item && hubs.get(item.space);
    if (item && hub) links.get(hub)?.say(item);
  });

  function followedIn(space: string): FollowedSpace | undefined {
    const hub = hubs.get(space);
    return hub === undefined ? undefined : links.get(hub)?.space(space);
  }

  /** Where the line is not pushed soon, it is asked for. */
  function answered(hub: string, space: string, stream: string, result: IntentResult | undefined): void {
    if (!result?.ok || result.epoch === undefined || result.seq === undefined || !result.hash) return;
    const cursor = { epoch: result.epoch, seq: result.seq, hash: result.hash };
    const link = links.get(hub);
    const reach = () => !closed && quietly(link?.space(space)?.reach(new Map([[stream, cursor]])));
    if (link?.isLive && !joins.isJoining(space)) setTimeout(reach, PUSH_MS).unref();
    else reach();
  }

  function follow(hub: string, space: string): HubLink {
    const link = links.get(hub) ?? new HubLink(hub, linkParts);
    links.set(hub, link);
    hubs.set(space, hub);
    link.add(space);
    if (!closed) link.wake();
    return link;
  }

  function forget(space: string): void {
    const hub = hubs.get(space);
    const link = hub === undefined ? undefined : links.get(hub);
    hubs.delete(space);
    link?.remove(space);
    if (!link || link.size > 0) return;
    link.close();
    links.delete(link.hub);
  }

  /** The last member of this homeserver is gone. What is here stays, and is not brought up to date any more. */
  async function end(space: string): Promise<void> {
    if (closed || joins.isJoining(space)) return;
    forget(space);
    try {
      await committer.commit((tx) => tx.run(deleteFollow, { space }));
    } catch (error) {
      log.warn({ err: error, space }, 'a space that was left is still followed');
    }
  }

  function quietly(work: Promise<unknown> | undefined): void {
    work?.catch((error: unknown) => log.debug({ err: error }, 'a followed stream is read another time'));
  }

  return {
    async start() {
      await quarantine.open();
      const follows = await database.read((reader) => reader.all(allFollows, {}));
      for (const { hub, space, stage } of follows) {
        const followed = follow(hub, space).space(space);
        if (stage === 'joining') joins.resume(space, hub);
        else await followed?.endIfEmpty();
      }
    },
    preview: (code, via) => orRefusal(questions.preview(via, code)),
    join: (user, code, via, terms, expected) => orRefusal(joins.join(user, code, via, terms, expected)),
    joinGranted: (bot, space, hub) => orRefusal(joins.joinWith(bot, space, hub, {})),
    isElsewhere: (space) => hubs.has(space),
    async ensureHistory(space, channel, wanted) {
      const followed = followedIn(space);
      if (!followed || states.of(followed.hub) === 'away') return false;
      try {
        return await followed.history(channel, wanted);
      } catch (error) {
        log.debug({ err: error, space, channel }, 'the past of a channel could not be asked for');
        return false;
      }
    },
    stateOf: (space) => states.of(hubs.get(space) ?? self),
    onHeard: (listener) => void hearing.push(listener),
    onReached: (listener) => states.onReachable(listener),
    say(item) {
      const hub = hubs.get(item.space);
      if (hub !== undefined) links.get(hub)?.say(item);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      quarantine.close();
      joins.close();
      for (const link of links.values()) link.close();
    },
  };
}

function namesOf(line: string): { id: string; space: string; stream: string } {
  return JSON.parse(line) as { id: string; space: string; stream: string };
}
