import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../base/clock.ts';
import { loadConfig } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import { lacksForMedia } from '../testing/voice-browser.ts';
import { coturnConfig } from './coturn-config.ts';
import { Turn } from './turn.ts';
import { TurnClient, TurnError } from './turn-client.ts';

const skip = lacksForMedia({ turn: true });
const log = createLog({ level: 'silent', format: 'json' });

async function runTurn(t: TestContext, environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-turn-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { config } = loadConfig({
    environment: { FOLKMOOT_DATA: folder, FOLKMOOT_TURN_PORT: '0', ...environment },
    folder,
  });
  const turn = new Turn(config, systemClock, log);
  t.after(() => turn[Symbol.asyncDispose]());
  await turn.start(['127.0.0.1']);
  const [server] = turn.serversFor('u_ada');
  assert.ok(server?.username && server.credential);
  const port = Number(/:(\d+)\?/.exec(server.urls[0] ?? '')?.[1]);
  const { username, credential } = server;
  return { folder, port, username, credential };
}

function clientOf(t: TestContext, port: number, credentials: { username: string; credential: string }): TurnClient {
  const client = new TurnClient({ address: '127.0.0.1', port }, credentials);
  t.after(() => client[Symbol.dispose]());
  return client;
}

async function echo(t: TestContext): Promise<Socket> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address));
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  return socket;
}

const ownAddress = () =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

test('in front of the machine itself a relay carries packets there and back', { skip }, async (t) => {
  const { folder, port, username, credential } = await runTurn(t, {});
  const client = clientOf(t, port, { username, credential });
  const relayed = await client.allocate();
  assert.ok(relayed.port >= 49_160 && relayed.port <= 49_359, String(relayed.port));
  const peer = await echo(t);
  await client.permit('127.0.0.1');
  client.send({ address: '127.0.0.1', port: peer.address().port }, Buffer.from('hello'));
  assert.equal((await client.arrives(60_000)).data.toString(), 'hello');
  const file = join(folder, 'coturn', 'turnserver.conf');
  assert.equal(statSync(file).mode & 0o077, 0, 'others could read the secret');
  assert.match(readFileSync(file, 'utf8'), /use-auth-secret/);
});

test('where another program has its port over TCP, clients are told of no TURN server', { skip }, async (t) => {
  const other = createServer();
  t.after(() => other.close());
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-turn-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { config } = loadConfig({ environment: { FOLKMOOT_DATA: folder, FOLKMOOT_TURN_PORT: String(port) }, folder });
  await using turn = new Turn(config, systemClock, log);
  await turn.start(['127.0.0.1']);
  assert.deepEqual(turn.serversFor('u_ada'), []);
});

test('for strangers it refuses wrong credentials and everything private', { skip }, async (t) => {
  const { port, username, credential } = await runTurn(t, { FOLKMOOT_SERVER_NAME: 'home.example' });
  const refused = (status: number) => (error: unknown) => error instanceof TurnError && error.status === status;
  await assert.rejects(clientOf(t, port, { username, credential: 'wrong' }).allocate(), refused(401));
  const past = `${Math.floor(Date.now() / 1000) - 60}:u_ada`;
  await assert.rejects(clientOf(t, port, { username: past, credential }).allocate(), refused(401));
  const client = clientOf(t, port, { username, credential });
  await client.allocate();
  const own = ownAddress();
  const inner = [
    '127.0.0.1',
    '10.0.0.1',
    '172.16.5.5',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
  ];
  await client.permit('198.51.100.7');
  for (const address of inner) await assert.rejects(client.permit(address), refused(403), address);
  if (own !== undefined && /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(own))
    await assert.rejects(client.permit(own), refused(403), own);
});

test('one user gets no more relays than a few', { skip }, async (t) => {
  const { port, username, credential } = await runTurn(t, {});
  const outcomes: number[] = [];
  for (let n = 0; n < 26; n++) {
    const client = clientOf(t, port, { username, credential });
    outcomes.push(
      await client.allocate().then(
        () => 0,
        (error: unknown) => (error as TurnError).status,
      ),
    );
  }
  const given = outcomes.filter((outcome) => outcome === 0).length;
  assert.ok(given > 10 && given <= 24, outcomes.join());
  assert.equal(outcomes.at(-1), 486);
});

test('addresses that are announced may be reached although they are private', () => {
  const options = { port: 1, relayPorts: '2-3', realm: 'r', secret: 's', folder: '/f', isLocal: false };
  const lines = coturnConfig({ ...options, announced: ['192.168.1.5'] }).split('\n');
  assert.ok(
    lines.includes('allowed-peer-ip=192.168.1.5') && lines.includes('denied-peer-ip=192.168.0.0-192.168.255.255'),
  );
  assert.ok(!lines.includes('allow-loopback-peers'));
});
