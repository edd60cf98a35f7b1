import { BotJoiner } from './bots/bot-joiner.ts';
import { tellHomeOfBot } from './bots-network.ts';
import { type Federation, openFederation, reasonAgainstFederation } from './federation/federation.ts';
import { createFollower, type Follower } from './federation/follower/follower.ts';
import { Letters } from './federation/people/letters.ts';
import { remoteHubs } from './federation/remote-hubs.ts';
import type { OpenLog } from './open-log.ts';
import { peopleNetwork } from './people-network.ts';
import type { PresenceNetwork } from './presence/presence-exchange.ts';
import { type PeopleNetwork, type PeopleOfOtherServers, peopleElsewhere } from './relationships/tell-servers.ts';
import { eraseStreamLater } from './spaces/erased-streams.ts';
import { spaceHubs } from './spaces/hub-of.ts';
import { openingSpace } from './spaces/opening-space.ts';
import { requireRoomFor } from './spaces/spaces-of-user.ts';
import { createDeeds, type Deeds } from './streams/deeds.ts';
import { Departures } from './streams/departures.ts';
import { Outbox } from './streams/outbox.ts';

/** What can only be there where this homeserver talks with others. */
export interface Elsewhere {
  readonly federation: Federation;
  readonly follower: Follower;
  readonly letters: Letters;
  readonly network: PeopleNetwork & PresenceNetwork;
  readonly people: PeopleOfOtherServers;
}

/** Deeds at this hub and at others. */
export interface OpenNetwork {
  /** Why this homeserver talks with no other. */
  readonly hindrance: string | undefined;
  readonly elsewhere: Elsewhere | undefined;
  readonly outbox: Outbox;
  readonly departures: Departures;
  readonly deeds: Deeds;
  readonly botJoiner: BotJoiner;
}

/** Opens what leads to other homeservers; nothing is sent before it is started. */
export async function openNetwork(parts: OpenLog, { hubWaitMs }: { hubWaitMs?: number }): Promise<OpenNetwork> {
  const { config, log, clock, database, committer, keys, ownKeys, ownJoins, signals, spaceLog, tail, eraser } = parts;
  const serverName = config.server_name;
  const hindrance = reasonAgainstFederation(config);
  const federation = hindrance ? undefined : await openFederation({ ...parts, ports: parts.hubPorts });
  if (federation) tail.listen((batch) => federation.follow(batch));

  const remote = remoteHubs(spaceHubs(serverName), federation);
  const sending = { database, committer, remote, signals, clock, log, serverName };
  const departures = new Departures({
    ...sending,
    get signingKey() {
      return keys.signing;
    },
  });
  const outbox = await Outbox.open({
    ...sending,
    departures,
    ...(hubWaitMs === undefined ? {} : { waitMs: hubWaitMs }),
    get signingKey() {
      return keys.signing;
    },
  });
  tail.listen(({ events }) => outbox.follow(events));
  const deeds = createDeeds({ database, committer, spaceLog, remote, outbox, departures });

  const elsewhere = federation && reach(federation);
  const botJoiner = new BotJoiner({
    database,
    deeds,
    serverName,
    clock,
    log,
    tellHome: elsewhere && tellHomeOfBot(committer.commit, elsewhere.letters),
    joinGranted: elsewhere && ((bot, space, hub) => elsewhere.follower.joinGranted(bot, space, hub)),
  });
  tail.listen(({ events }) => botJoiner.follow(events));
  return { hindrance, elsewhere, outbox, departures, deeds, botJoiner };

  function reach(federation: Federation): Elsewhere {
    const follower = createFollower({
      self: serverName,
      federation,
      remote,
      deeds,
      outbox,
      departures,
      ownKeys,
      ownJoins,
      database,
      committer: committer.repair,
      spaceLog,
      signals,
      clock,
      log,
      openingSpace: (reader, user, space) => openingSpace(reader, user, space, clock.now()),
      requireRoomFor,
      eraseStream: eraseStreamLater,
      eraseSoon: () => eraser.wake(),
    });
    const letters = new Letters({ federation, database, committer, clock, log });
    federation.onHeard((server) => {
      letters.reached(server);
      departures.reached(server);
    });
    const network = peopleNetwork(federation, letters);
    const people = peopleElsewhere({ serverName, network, commit: committer.commit, now: () => clock.now() });
    return { federation, follower, letters, network, people };
  }
}
