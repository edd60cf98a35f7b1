import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../base/settings.ts';
import { missingForBuild } from '../set-up/media-worker-build.mjs';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { announcedAddresses, isLocalOnly } from './candidates.ts';
import { mediaCodecs } from './codecs.ts';
import { workerCount } from './media-server.ts';
import { MediaWorkers } from './media-workers.ts';
import { TurnClient, type TurnCredentials, TurnError } from './turn-client.ts';
import { findTurnServer, Turn } from './turn.ts';

export interface VoiceFinding {
  name: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  found: string;
  advice?: string;
}

export interface ExamineParts {
  config: Config;
  clock: Clock;
  log: Log;
  /** Whether the homeserver runs and may have the ports itself. */
  running: boolean;
}

const privateAddress =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe80)/i;

/** Everything about voice that can be seen from this machine. Nothing is changed; what is started is ended. */
export async function examineVoice(parts: ExamineParts): Promise<VoiceFinding[]> {
  const { config } = parts;
  if (config.voice === 'off')
    return [{ name: 'voice', status: 'warn', found: 'off in the settings', advice: 'Set voice to on.' }];
  const worker = await examineWorker(parts);
  return [worker, ...(await examinePorts(parts)), ...(await examineAddresses(config)), ...(await examineTurn(parts))];
}

async function examineWorker({ log }: ExamineParts): Promise<VoiceFinding> {
  const name = 'media worker';
  const { file, from, reason } = findMediaWorker();
  if (file === undefined) {
    if (reason.startsWith('MEDIASOUP_WORKER_BIN'))
      return { name, status: 'fail', found: reason, advice: 'Correct it, or unset it and run npm run set-up.' };
    const missing = await missingForBuild();
    const first = missing.length > 0 ? `As root: apt-get install ${missing.join(' ')}. Then run` : 'Run';
    return { name, status: 'fail', found: reason, advice: `${first} npm run set-up, which builds it in some minutes.` };
  }
  try {
    await using workers = new MediaWorkers({
      file,
      count: 1,
      listen: [{ ip: '127.0.0.1', announced: '127.0.0.1' }],
      port: 0,
      log,
    });
    await workers.start();
    await workers.leastLoaded().worker.createRouter({ mediaCodecs });
    return { name, status: 'ok', found: `runs (${from}: ${file})` };
  } catch (error) {
    const advice = 'Remove it and run npm run set-up, which builds it anew.';
    return { name, status: 'fail', found: `does not work: ${(error as Error).message}`, advice };
  }
}

async function examinePorts({ config, running }: ExamineParts): Promise<VoiceFinding[]> {
  const name = 'media ports';
  const first = Number(config.voice_port);
  if (first === 0) return [{ name, status: 'skip', found: 'free ports at every start: nobody outside can be let in' }];
  const ports = Array.from({ length: workerCount(config) }, (_, index) => first + index);
  const range = ports.length === 1 ? `${first}` : `${first} to ${ports.at(-1)}`;
  const taken: string[] = [];
  for (const port of ports) {
    const [udp, tcp] = await Promise.all([hasUdp(port, config.voice_listen), hasTcp(port, config.voice_listen)]);
    if (!udp) taken.push(`UDP ${port}`);
    if (!tcp) taken.push(`TCP ${port}`);
  }
  const open = `Let UDP and TCP ${range} through firewalls and forward them to this machine; whether they are open from outside cannot be seen from here.`;
  if (taken.length === 0) return [{ name, status: 'ok', found: `${range}, UDP and TCP, are free`, advice: open }];
  if (running && taken.length === ports.length * 2)
    return [{ name, status: 'ok', found: `${range}, UDP and TCP, are in use by the homeserver`, advice: open }];
  const found = `another program uses ${taken.join(', ')}`;
  return [{ name, status: 'fail', found, advice: 'Stop it, or set another voice_port.' }];
}

async function examineAddresses(config: Config): Promise<VoiceFinding[]> {
  const name = 'addresses';
  const addresses = await announcedAddresses(config);
  const where = config.voice_announced_address.length > 0 ? 'announced as set' : 'found out';
  const found = `${addresses.join(', ')} (${where})`;
  if (addresses.length === 0)
    return [
      { name, status: 'fail', found: 'none', advice: 'Set voice_announced_address to the address of this machine.' },
    ];
  if (isLocalOnly(config))
    return [{ name, status: 'ok', found: `${found}; people at this machine and in its network` }];
  if (addresses.every((address) => privateAddress.test(address))) {
    const advice = `Nobody outside reaches these. Set voice_announced_address to the public address of ${new URL(config.public_url).hostname}.`;
    return [{ name, status: 'warn', found: `only private ones: ${found}`, advice }];
  }
  return [{ name, status: 'ok', found }];
}

async function examineTurn(parts: ExamineParts): Promise<VoiceFinding[]> {
  const { config, clock, log } = parts;
  const name = 'TURN';
  if (config.turn_urls.length === 0 && config.turn === 'off')
    return [
      {
        name,
        status: 'warn',
        found: 'off in the settings',
        advice: 'Without it people behind strict firewalls stay outside.',
      },
    ];
  if (config.turn_urls.length > 0) return examineOther(parts);
  if (findTurnServer() === undefined) {
    const advice =
      'As root: apt-get install coturn. The homeserver runs and configures it by itself; disable its own service.';
    return [
      { name, status: 'warn', found: 'coturn is not installed: people behind strict firewalls stay outside', advice },
    ];
  }
  const own = runningTurn(config, clock.now());
  if (own !== undefined) {
    const findings = await tryTurn('127.0.0.1', own.port, own, await peerOf(config));
    // The file also outlives a homeserver that was stopped.
    if (findings[0]?.status === 'ok') return findings;
  }
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-turn-'));
  try {
    await using turn = new Turn({ ...config, data: folder }, clock, log);
    await turn.start(['127.0.0.1']);
    const [server] = turn.serversFor('doctor');
    if (server?.username === undefined || server.credential === undefined) {
      const found = `coturn cannot have port ${config.turn_port}: another program uses it`;
      return [
        {
          name,
          status: 'fail',
          found,
          advice: 'Stop that program (on Debian: systemctl disable --now coturn), or set turn_port.',
        },
      ];
    }
    const port = Number(/:(\d+)\?/.exec(server.urls[0] ?? '')?.[1]);
    const { username, credential } = server;
    return await tryTurn('127.0.0.1', port, { username, credential }, await peerOf(config));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Another TURN server: whether it takes credentials that are made with the secret. */
async function examineOther({ config, clock }: ExamineParts): Promise<VoiceFinding[]> {
  const name = 'TURN';
  const { turn_secret: secret } = config;
  if (secret === undefined)
    return [
      {
        name,
        status: 'fail',
        found: 'turn_urls without turn_secret',
        advice: 'Set turn_secret to the secret of that server.',
      },
    ];
  const url = config.turn_urls.find((one) => one.startsWith('turn:') && !one.includes('transport=tcp'));
  const parsed = /^turn:(\[[^\]]+\]|[^:?]+)(?::(\d+))?/.exec(url ?? '');
  if (parsed === null) return [{ name, status: 'skip', found: 'only over TCP or TLS, which is not tried here' }];
  const { lookup } = await import('node:dns/promises');
  try {
    const { address } = await lookup((parsed[1] ?? '').replace(/^\[|\]$/g, ''), 4);
    return await tryTurn(address, Number(parsed[2] ?? 3478), credentialsOf(secret, clock.now()), await peerOf(config));
  } catch (error) {
    return [{ name, status: 'fail', found: `${url}: ${(error as Error).message}`, advice: 'Correct turn_urls.' }];
  }
}

/** Allocates a relay, sends a packet through it, and tries to get at this machine's own network. */
async function tryTurn(
  address: string,
  port: number,
  credentials: TurnCredentials,
  peer: { address: string; isLocal: boolean },
): Promise<VoiceFinding[]> {
  const at = `${address}:${port}`;
  const findings: VoiceFinding[] = [];
  const say = (name: string, status: VoiceFinding['status'], found: string, advice?: string) =>
    findings.push({ name, status, found, ...(advice === undefined ? {} : { advice }) });
  using client = new TurnClient({ address, port }, credentials);
  try {
    const relay = await client.allocate();
    say('TURN', 'ok', `${at} gives relays (${relay.address}:${relay.port})`);
  } catch (error) {
    const advice =
      error instanceof TurnError && error.status === 401
        ? 'Its secret is another one than turn_secret.'
        : `Let UDP and TCP ${port} through.`;
    say('TURN', 'fail', `${at}: ${(error as Error).message}`, advice);
    return findings;
  }
  try {
    await relays(client, peer.address);
    say('TURN relay', 'ok', `a packet went through it to ${peer.address} and came back`);
  } catch (error) {
    const found = `no packet goes through it to ${peer.address}: ${(error as Error).message}`;
    if (peer.isLocal) say('TURN relay', 'fail', found, 'Look at turn_relay_ports: other programs may use them.');
    else
      say(
        'TURN relay',
        'warn',
        found,
        'It may be that a firewall or router does not let this machine talk to its own public address: calls through TURN then need another TURN server.',
      );
  }
  if (peer.isLocal) {
    say('TURN private', 'skip', 'this homeserver is for this machine only: relays may lead to it');
    return findings;
  }
  const reached: string[] = [];
  for (const inner of ['127.0.0.1', '10.0.0.1', '172.16.0.1', '192.168.0.1', '169.254.169.254'])
    if (
      await client.permit(inner).then(
        () => true,
        () => false,
      )
    )
      reached.push(inner);
  if (reached.length === 0) say('TURN private', 'ok', 'relays into private networks are refused');
  else
    say(
      'TURN private',
      'fail',
      `strangers reach ${reached.join(', ')} through it`,
      'Set denied-peer-ip for private networks in that server.',
    );
  return findings;
}

/** Where relays have to lead: to the media ports. */
async function peerOf(config: Config): Promise<{ address: string; isLocal: boolean }> {
  const addresses = (await announcedAddresses(config)).filter((address) => isIP(address) === 4);
  if (isLocalOnly(config)) return { address: '127.0.0.1', isLocal: true };
  const address = addresses.find((one) => !privateAddress.test(one)) ?? addresses[0] ?? '127.0.0.1';
  return { address, isLocal: false };
}

async function relays(client: TurnClient, address: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address));
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  try {
    await client.permit(address);
    client.send({ address, port: socket.address().port }, Buffer.from('folkmoot doctor'));
    await client.arrives();
  } finally {
    socket.close();
  }
}

/** The coturn that the homeserver runs, out of the file that it wrote for it. */
function runningTurn({ data }: Config, now: number): ({ port: number } & TurnCredentials) | undefined {
  const file = join(data, 'coturn', 'turnserver.conf');
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const valueOf = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1] ?? '';
  return { port: Number(valueOf('listening-port')), ...credentialsOf(valueOf('static-auth-secret'), now) };
}

function credentialsOf(secret: string, now: number): TurnCredentials {
  const username = `${Math.floor(now / 1_000) + 600}:doctor`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

function hasUdp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}

function hasTcp(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
