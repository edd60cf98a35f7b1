import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../base/settings.ts';
import { announcedAddresses, isLocalOnly } from './candidates.ts';
import { TurnClient, type TurnCredentials, TurnError } from './turn-client.ts';
import { findTurnServer, Turn } from './turn.ts';
import { type ExamineParts, privateAddress, type VoiceFinding } from './voice-finding.ts';

/** How long a packet may take through a relay and back, and when it is sent once more. */
const [RELAYS_MS, AGAIN_MS] = [5_000, 500];

/** Whether TURN gives relays, whether they carry anything, and whether they lead into private networks. */
export async function examineTurn(parts: ExamineParts): Promise<VoiceFinding[]> {
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
  const send = () => client.send({ address, port: socket.address().port }, Buffer.from('folkmoot doctor'));
  try {
    await client.permit(address);
    // One packet may get lost on any way.
    const again = setInterval(send, AGAIN_MS);
    send();
    await client.arrives(RELAYS_MS).finally(() => clearInterval(again));
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
