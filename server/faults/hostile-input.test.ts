import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { gatewayUrl } from '@folkmoot/protocol-spec/client/gateway-client.ts';
import { endpoints } from '@folkmoot/protocol-spec/schemas/client/endpoints.ts';
import { gatewayLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { WebSocket } from 'ws';
import { temporaryFolder } from '../testing/engines.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { chainsOf } from './chains.ts';
import { hostilePath, hostileText, seeded } from './hostile-input.ts';

/** The short form of everyday; `FOLKMOOT_TEST_HOSTILE=10000` for the long one, `FOLKMOOT_TEST_SEED` to see one again. */
const count = Number(process.env['FOLKMOOT_TEST_HOSTILE'] ?? 1_000);
const seed = Number(process.env['FOLKMOOT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** What a process may take more, in MB, after as many hostile requests again: what is lost with each of them is lost in every round. */
const growth = 20;
const rounds = 4;
/** With a small heap what is not needed is given back soon, so that growth is what is kept. */
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=100' };

test(`[API-2] [API-3] [GW-2] ${count} malformed bodies and frames: no answer of 5xx, the process lives and does not grow (seed ${seed})`, async (t) => {
  const folder = await temporaryFolder(t);
  const server = await spawnHomeserver({ folder, environment: smallHeap });
  t.after(() => server.kill());
  const author = await person(server.url);
  const [space, sanctuary] = [await author.founds('Besieged'), await author.founds('Sanctuary')];
  const message = await author.says(space, 'still here');
  const ids = [
    space.id,
    talkOf(space).channel,
    author.account.id,
    message.id,
    'everyone',
    '👍',
    `r_${'a'.repeat(26)}`,
    `n_${'a'.repeat(26)}`,
  ];
  const random = seeded(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  t.after(() => agent.destroy());

  const round = async (): Promise<void> => {
    await inParallel(8, count / 2, () => sendsBody(agent, server.url, author, random, ids));
    await inParallel(4, count / 2, () => sendsFrame(server.url, author, random));
  };
  // What is compiled, pooled and cached once is there after the first of them; what is collected late may be there after the second.
  await round();
  const sizes = [await megabytesOf(server.process.pid)];
  const isSteady = () => sizes.length > 1 && sizes.at(-1)! - sizes.at(-2)! < growth;
  while (!isSteady() && sizes.length < rounds) {
    await round();
    sizes.push(await megabytesOf(server.process.pid));
  }
  assert.ok(isSteady(), `it grew and grew: ${sizes.join(', ')} MB`);
  assert.equal(server.process.exitCode, null);
  await author.says(sanctuary, 'and still here');
  await server.close();
  await chainsOf({ folder });
});

async function inParallel(workers: number, times: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/** What would leave nothing to attack. */
const harmful = new Set([
  'logOut',
  'endSession',
  'deleteAccount',
  'changePassword',
  'leaveSpace',
  'deleteSpace',
  'deleteChannel',
  'deleteMessage',
]);
const targets = Object.values(endpoints).filter(({ name }) => !harmful.has(name));

async function sendsBody(
  agent: Agent,
  url: string,
  author: Person,
  random: (below: number) => number,
  ids: readonly string[],
): Promise<void> {
  const { method, path } = targets[random(targets.length)]!;
  const body = hostileText(random);
  const target = `/api/v1${hostilePath(random, path, ids)}`;
  const headers = {
    authorization: `Bearer ${author.token}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  const answer = await answerTo(() => request(`${url}${target}`, { agent, method, headers }).end(body));
  answer.resume();
  await once(answer, 'end');
  assert.ok((answer.statusCode ?? 500) < 500, `${method} ${target} ${body.toString('latin1')} → ${answer.statusCode}`);
}

/** A connection that is kept may be closed in the moment in which it is used again: then the request goes over another one. */
async function answerTo(ask: () => ClientRequest): Promise<IncomingMessage> {
  for (;;) {
    const asked = ask();
    try {
      return ((await once(asked, 'response')) as [IncomingMessage])[0];
    } catch (error) {
      if (!asked.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    }
  }
}

/** Up to eight frames on one socket, which may be closed at the first, and for no other reason than the protocol gives. */
async function sendsFrame(url: string, author: Person, random: (below: number) => number): Promise<void> {
  const socket = new WebSocket(gatewayUrl(url));
  const closed = once(socket, 'close') as Promise<[number]>;
  await once(socket, 'message');
  if (random(2) === 0) socket.send(JSON.stringify({ op: 'identify', token: author.token }));
  for (let n = 0; n < 8; n++)
    socket.send(hostileText(random).subarray(0, gatewayLimits.frameBytes - 1), { binary: random(6) === 0 });
  socket.send('{"op":"unknown"}');
  const [code] = await closed;
  assert.ok(
    (code >= 4000 && code < 5000) || [1002, 1003, 1007, 1008, 1009].includes(code),
    `the gateway closed with ${code}`,
  );
}

async function megabytesOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
