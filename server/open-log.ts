import { type Clock, systemClock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { loadMasterKey } from './base/master-key.ts';
import { createSecrets, type Secrets } from './base/secrets.ts';
import type { Config } from './base/settings.ts';
import { eventBindings } from './event-bindings.ts';
import { federationApiOf } from './federation/federation.ts';
import type { HubPorts } from './federation/hub/hub-ports.ts';
import { trackVisibility } from './federation/hub/track-visibility.ts';
import { OwnKeys } from './federation/own-keys.ts';
import { hubPorts } from './hub-ports.ts';
import { keepSearchIndex } from './messages/search-index.ts';
import { createEraser, type Eraser } from './spaces/erased-streams.ts';
import { forgetState } from './spaces/forget-state.ts';
import { OwnJoins } from './streams/own-joins.ts';
import { UnlistedMembers } from './spaces/unlisted-members.ts';
import type { Database } from './storage/database.ts';
import { migrate } from './storage/migrate.ts';
import { migrations } from './storage/migrations/list.ts';
import { openDatabase } from './storage/open-database.ts';
import { type Committer, createCommitter } from './streams/committer.ts';
import { type HighWaterMark, openHighWaterMark } from './streams/high-water-mark.ts';
import { noteHubKey } from './streams/note-hub-key.ts';
import { Restoration } from './streams/restoration.ts';
import { openServerKeys, type ServerKeys } from './streams/server-keys.ts';
import { keepServerName } from './streams/server-name.ts';
import { createSignals, type Signals } from './streams/signals.ts';
import { openSpaceLog, type SpaceLog } from './streams/space-log.ts';
import { buildStateIndex } from './streams/state-index.ts';
import { openTail, type Tail } from './streams/tail.ts';

export interface OpenLogOptions {
  config: Config;
  log: Log;
  clock?: Clock;
}

/** The data of a homeserver and the log in it: everything that is there before anybody is served. */
export interface OpenLog {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly committer: Committer;
  readonly mark: HighWaterMark;
  readonly keys: ServerKeys;
  readonly ownKeys: OwnKeys;
  readonly signals: Signals;
  readonly hubPorts: HubPorts;
  readonly spaceLog: SpaceLog;
  readonly unlisted: UnlistedMembers;
  readonly ownJoins: OwnJoins;
  readonly restoration: Restoration;
  readonly tail: Tail;
  readonly eraser: Eraser;
}

/** Opens the database, brings it up to date, and finds out whether it was put back from a backup. */
export async function openLog({ config, log, clock = systemClock }: OpenLogOptions): Promise<OpenLog> {
  const secrets = createSecrets(loadMasterKey(config.data, config.master_key));
  const database = await openDatabase({ folder: config.data, url: config.database });
  const { keys, ownJoins } = await bringUpToDate(database).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });

  const committer = createCommitter(database);
  keepSearchIndex(committer, database);
  const mark = await openHighWaterMark(config.data);
  const signals = createSignals();
  const serverName = config.server_name;
  const unlisted = await database.read((reader) => UnlistedMembers.read(reader));
  const ports = hubPorts(serverName, clock, unlisted);
  await buildStateIndex(database, eventBindings);
  const spaceLog = await database.read((reader) =>
    openSpaceLog(reader, committer, {
      bindings: eventBindings,
      serverName,
      clock,
      log,
      forgetState,
      onAccessChanged: (space: string) => signals.accessChanged(space),
      accessDecided: trackVisibility(ports),
      unlisted,
      ownJoins,
      get signingKey() {
        return keys.signing;
      },
    }),
  );
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

  if (restoration.isActive) await committer.repair.commit((tx) => ownJoins.startAnew(tx));

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
  return {
    config,
    log,
    clock,
    secrets,
    database,
    committer,
    mark,
    keys,
    ownKeys,
    signals,
    hubPorts: ports,
    spaceLog,
    unlisted,
    ownJoins,
    restoration,
    tail,
    eraser,
  };

  async function bringUpToDate(opened: Database): Promise<{ keys: ServerKeys; ownJoins: OwnJoins }> {
    for (const name of await migrate(opened, migrations, clock.now()))
      log.info({ migration: name }, 'the database was brought up to date');
    return opened.write(async (tx) => {
      await keepServerName(tx, config.server_name);
      return { keys: await openServerKeys(tx, secrets, clock), ownJoins: await OwnJoins.open(tx, clock) };
    });
  }
}
