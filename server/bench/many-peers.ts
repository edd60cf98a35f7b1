import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createHttpClient, type HttpClient } from '@folkmoot/protocol-spec/client/http-client.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { WebSocket } from 'ws';
import { loadConfig } from '../base/config.ts';
import { TestNetwork } from '../testing/federated.ts';
import { Puppet } from '../testing/puppet.ts';
import { PuppetUser } from '../testing/puppet-user.ts';
import { freePort, mainFile, untilReady } from '../testing/start-homeserver.ts';
import { type Members, openForSeeding, seedMembers } from './crowd.ts';
import { cpuSeconds } from './process-meter.ts';
import { percentile, type Report } from './report.ts';

const LIVE = 100;
const DEAD = 100;
const ROUNDS = 60;
const MESSAGES = 60;
const AIM = 1.05;

/**
 * What a message costs a hub with 100 live followers, and what it costs where 100 more are dead. No two processes cost the same: so both
 * hubs are compared while both have live followers only, and again when one has the dead ones, too.
 */
export async function run(): Promise<Report> {
  await using network = await TestNetwork.open();
  await using few = await Hub.open(network);
  await using many = await Hub.open(network);
  const followers = await puppets(network, LIVE);
  for (const hub of [few, many]) {
    await someAtOnce(followers, (puppet) => hub.takesMemberOf(puppet));
    await someAtOnce(followers, (puppet) => hub.isFollowedBy(puppet));
  }
  const before = await compared(few, many);
  const dead = await puppets(network, DEAD);
  await someAtOnce(dead, (puppet) => many.takesMemberOf(puppet));
  for (const { server } of dead) {
    server.close();
    server.closeAllConnections();
  }
  const after = await compared(few, many);
  const ratio = after.ratio / before.ratio;
  return {
    name: 'many-peers',
    ratio,
    aim: `${DEAD} dead followers add at most ${Math.round((AIM - 1) * 100)} % CPU per message to ${LIVE} live ones`,
    reached: ratio <= AIM,
    figures: {
      live_cpu_ms_per_message: after.one,
      with_dead_cpu_ms_per_message: after.other,
      ratio_before_they_died: before.ratio,
      ratio_after: after.ratio,
      messages: 4 * ROUNDS * MESSAGES,
    },
  };
}

/** Medians of what a message costs each, and of how many times as much it costs the other. */
async function compared(one: Hub, other: Hub): Promise<{ one: number; other: number; ratio: number }> {
  // What is done once, while code gets warm and for each of the dead, is no part of what a message costs.
  for (const hub of [one, other]) await hub.costOf(5 * MESSAGES);
  const rounds: { one: number; other: number; ratio: number }[] = [];
  while (rounds.length < ROUNDS) {
    // In turns, because whoever is the second finds the machine warmer.
    const isTurned = rounds.length % 2 === 1;
    const first = await (isTurned ? other : one).costOf(MESSAGES);
    const second = await (isTurned ? one : other).costOf(MESSAGES);
    const [own, others] = isTurned ? [second, first] : [first, second];
    rounds.push({ one: own, other: others, ratio: others / own });
  }
  const median = (figure: 'one' | 'other' | 'ratio') =>
    percentile(
      rounds.map((round) => round[figure]),
      0.5,
    );
  return { one: median('one'), other: median('other'), ratio: median('ratio') };
}

/** A hub as a process, with a community whose members live elsewhere. */
class Hub implements AsyncDisposable {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #crowd: Members;
  readonly #author: HttpClient;
  readonly #sockets: WebSocket[] = [];
  /** Who has not got the last message yet. */
  #missing = 0;
  #last = Buffer.alloc(0);
  #all: () => void = () => undefined;

  private constructor(name: string, process: ChildProcess, crowd: Members) {
    this.#name = name;
    this.#process = process;
    this.#crowd = crowd;
    this.#author = createHttpClient({ baseUrl: `https://${name}`, tokens: { token: crowd.tokens[0] ?? '' } });
  }

  static async open(network: TestNetwork): Promise<Hub> {
    const port = await freePort();
    const environment = {
      ...(await network.settingsFor(port)),
      FOLKMOOT_DATA: join(network.folder, `hub-${port}`),
      FOLKMOOT_RATE_LIMITS: 'off',
      FOLKMOOT_LOG: 'error',
      FOLKMOOT_VOICE: 'off',
    };
    const crowd = await seeded(environment, network.folder);
    const child = spawn(process.execPath, [mainFile], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await untilReady(`https://127.0.0.1:${port}`, child);
    return new Hub(`127.0.0.1:${port}`, child, crowd);
  }

  async takesMemberOf(puppet: Puppet): Promise<void> {
    const user = new PuppetUser(puppet, 'guest');
    const { space, code } = this.#crowd;
    const result = await puppet.intends(this.#name, user.joining(this.#name, space, code));
    if (result['ok'] !== true) throw new Error(JSON.stringify(result));
  }

  async isFollowedBy(puppet: Puppet): Promise<void> {
    const socket = await puppet.opensLive(this.#name);
    if (typeof socket === 'number') throw new Error(`the live connection was answered with ${socket}`);
    socket.on('message', (data: Buffer) => {
      if (this.#last.length > 0 && data.includes(this.#last) && --this.#missing === 0) this.#all();
    });
    this.#sockets.push(socket);
  }

  /** Milliseconds of CPU for one message, until all who live have it. */
  async costOf(messages: number): Promise<number> {
    const { space, channel } = this.#crowd;
    const begin = cpuSeconds(this.#process.pid ?? 0);
    for (let n = 1; n < messages; n++)
      await this.#author.call(sendMessage, { params: { space, channel }, body: { content: `message ${n}` } });
    const content = `the last of these, ${performance.now()}`;
    const got = new Promise<void>((resolve) => (this.#all = resolve));
    this.#missing = this.#sockets.length;
    this.#last = Buffer.from(content);
    await this.#author.call(sendMessage, { params: { space, channel }, body: { content } });
    await got;
    return ((cpuSeconds(this.#process.pid ?? 0) - begin) * 1_000) / messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }
}

async function seeded(environment: Record<string, string>, folder: string): Promise<Members> {
  await using homeserver = await openForSeeding(loadConfig({ environment, folder }).config);
  return await seedMembers(homeserver, 1);
}

async function puppets(network: TestNetwork, count: number): Promise<Puppet[]> {
  const made: Puppet[] = [];
  while (made.length < count) made.push(await Puppet.open(network));
  return made;
}

async function someAtOnce<T>(things: readonly T[], work: (thing: T) => Promise<void>): Promise<void> {
  const waiting = [...things];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}
