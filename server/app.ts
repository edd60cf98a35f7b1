import { makeSetUpToken } from './accounts/set-up-link.ts';
import type { AccountParts } from './accounts/parts.ts';
import type { Federation } from './federation/federation.ts';
import { type OpenLog, type OpenLogOptions, openLog } from './open-log.ts';
import { type OpenNetwork, openNetwork } from './open-network.ts';
import { openSlices } from './open-slices.ts';
import { serve, type Serving } from './serve.ts';
import type { Voice } from './voice/voice.ts';

export const version = '0.1.0';

export interface HomeserverOptions extends OpenLogOptions {
  /** Folder of the built web client. */
  webClientFolder: string;
  /** Checks every answer against its schema, for tests. */
  checkAnswers?: boolean;
  /** How long a deed waits for the hub of another space before it is answered as pending. */
  hubWaitMs?: number;
}

/** A homeserver with its data open. It serves nobody until `listen`. */
export interface Homeserver
  extends AsyncDisposable,
    Omit<OpenLog, 'secrets' | 'hubPorts' | 'tail' | 'eraser'>,
    Pick<OpenNetwork, 'botJoiner'> {
  /** Undefined where this homeserver talks with no other. */
  readonly federation: Federation | undefined;
  readonly accounts: AccountParts;
  readonly voice: Voice;
  /** Serves HTTP and the gateway; returns the address that it listens on. */
  listen(): Promise<{ host: string; port: number }>;
  /** Path of the one-time link that makes the first admin; undefined when there is one. */
  makeSetUpPath(): Promise<string | undefined>;
  /** Drains: tells clients to come back, finishes what was asked, closes the data. */
  close(): Promise<void>;
}

/** Builds every part once, in order: the log, what leads to others, what people use. */
export async function createHomeserver(options: HomeserverOptions): Promise<Homeserver> {
  const opened = await openLog(options);
  const network = await openNetwork(opened, options);
  const slices = openSlices(opened, network, version);
  const { database, committer, mark, restoration, tail, eraser } = opened;
  const { elsewhere, outbox, departures, botJoiner } = network;
  const { accounts, voice, exchange, searchBacklog } = slices;

  let draining = false;
  let serving: Serving | undefined;
  let closing: Promise<void> | undefined;

  const homeserver: Homeserver = {
    ...opened,
    federation: elsewhere?.federation,
    accounts,
    botJoiner,
    voice,
    async listen() {
      const parts = { ...opened, ...network, ...slices, admin: homeserver };
      const { webClientFolder, checkAnswers = false } = options;
      serving = await serve(parts, { webClientFolder, checkAnswers, reasonsAgainst });
      return serving.address;
    },
    async makeSetUpPath() {
      const token = committer.readOnly === undefined ? await committer.commit(makeSetUpToken) : undefined;
      return token && `/setup/${token}`;
    },
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
  return homeserver;

  function reasonsAgainst(): readonly string[] {
    return [...(draining ? ['stopping'] : []), ...(committer.readOnly ? [committer.readOnly] : [])];
  }

  async function close(): Promise<void> {
    draining = true;
    await restoration.close();
    await serving?.stop();
    await exchange?.[Symbol.asyncDispose]();
    await elsewhere?.letters[Symbol.asyncDispose]();
    await elsewhere?.follower[Symbol.asyncDispose]();
    await elsewhere?.federation[Symbol.asyncDispose]();
    await outbox.close();
    await departures.close();
    await eraser.close();
    await searchBacklog.close();
    await committer.close();
    await tail.close();
    await mark.close();
    await database.close();
  }
}
