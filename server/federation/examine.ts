import { lookup } from 'node:dns/promises';
import { requireKeyDocument } from '@folkmoot/federation/server-key.ts';
import type { PeerStore } from '@folkmoot/federation/peer-store.ts';
import { isServerName, type ServerNameRules } from '@folkmoot/federation/server-name.ts';
import type { PingAnswer } from '@folkmoot/protocol-spec/schemas/federation/ping.ts';
import type { Clock } from '../base/clock.ts';
import type { ServerKeys } from '../streams/server-keys.ts';
import { urlBelow } from './ask-peer.ts';
import { type GuardedAnswer, type GuardedClient, ClientError } from './guarded-client.ts';
import { isPublicAddress } from './public-address.ts';

/** What one look found, and what to do about it. */
export interface Finding {
  name: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  found: string;
  advice?: string;
}

export interface ExamineParts {
  self: string;
  names: ServerNameRules;
  api: string;
  keys: ServerKeys;
  client: GuardedClient;
  clock: Clock;
  peers: Pick<PeerStore, 'list'>;
  ping(server: string): Promise<PingAnswer>;
}

const PEERS = 3;
const APART = 30_000;
const ASK = { maxBytes: 64 * 1024, timeoutMs: 8_000 };

/** This homeserver as others see it, asked from here by the way that they take; the first thing that fails ends it. */
export async function examineFederation(parts: ExamineParts): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const look of [lookAtName, lookAtDns, lookAtDocument, lookAtApi]) {
    findings.push(await look(parts));
    if (findings.at(-1)?.status === 'fail') return findings;
  }
  return [...findings, await lookAtClocks(parts)];
}

async function lookAtName({ self, names }: ExamineParts): Promise<Finding> {
  const name = 'server name';
  if (isServerName(self, names)) return { name, status: 'ok', found: self };
  return { name, status: 'fail', found: `${self} is no name for others`, advice: 'Set server_name.' };
}

async function lookAtDns({ self, names }: ExamineParts): Promise<Finding> {
  const name = 'DNS';
  const host = self.replace(/:\d+$/, '');
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
    const shown = `${host} is ${addresses.join(', ')}`;
    if (names.testNames || addresses.some(isPublicAddress)) return { name, status: 'ok', found: shown };
    const advice = 'Others connect to public addresses only: let an A or AAAA record lead to one.';
    return { name, status: 'fail', found: `${shown}, which others cannot reach`, advice };
  } catch (error) {
    const advice = `Make an A or AAAA record for ${host}.`;
    return { name, status: 'fail', found: `${host} has no address: ${(error as Error).message}`, advice };
  }
}

async function lookAtDocument({ self, api, keys, client, clock }: ExamineParts): Promise<Finding> {
  const name = 'key document';
  const url = new URL(`https://${self}/.well-known/folkmoot`);
  const fail = (found: string, advice: string): Finding => ({ name, status: 'fail', found, advice });
  let answer: GuardedAnswer;
  try {
    answer = await client.request({ method: 'GET', url, ...ASK });
  } catch (error) {
    return fail(`${url.href} cannot be had: ${(error as Error).message}`, adviceOn(error));
  }
  const proxy = 'Let the web server hand /.well-known/folkmoot to this homeserver, without a redirect.';
  if (answer.status !== 200) return fail(`${url.href} answers ${answer.status}`, proxy);
  try {
    const { document } = requireKeyDocument(answer.body, { server: self, now: clock.now() });
    if (document.root.kid !== keys.root.kid) return fail('it is signed by another root key than ours', proxy);
    if (!document.keys.some(({ kid }) => kid === keys.signing.kid))
      return fail(
        'it does not have the key that is used now',
        'Something in front of this homeserver keeps an old one.',
      );
    if (document.api !== api) return fail(`it names ${document.api} and not ${api}`, proxy);
    return { name, status: 'ok', found: `found at ${url.href}, TLS holds` };
  } catch (error) {
    return fail(`what is there is no key document: ${(error as Error).message}`, proxy);
  }
}

/** A request without a signature proves that it gets here, and that the refusal gets back. */
async function lookAtApi({ api, client, clock }: ExamineParts): Promise<Finding> {
  const name = 'API';
  const advice =
    'Let the web server hand everything below /federation/ to this homeserver, with path and Host unchanged.';
  try {
    const { status, body } = await client.request({ method: 'GET', url: urlBelow(api, '/live'), ...ASK });
    const { code, server_time } = parse(body);
    if (status !== 401 || code !== 'missing_signature')
      return { name, status: 'fail', found: `${api} answers ${status}, and not as this homeserver does`, advice };
    const apart = Math.abs(Number(server_time) - clock.now());
    if (apart > APART) return { name, status: 'fail', found: 'another homeserver answers there', advice };
    return { name, status: 'ok', found: `${api} leads here` };
  } catch (error) {
    return {
      name,
      status: 'fail',
      found: `${api} does not answer: ${(error as Error).message}`,
      advice: adviceOn(error),
    };
  }
}

async function lookAtClocks({ clock, peers, ping }: ExamineParts): Promise<Finding> {
  const name = 'clock';
  const known = (await peers.list())
    .filter(({ state, last_contact }) => state === 'ok' && last_contact !== null)
    .sort((a, b) => (b.last_contact ?? 0) - (a.last_contact ?? 0))
    .slice(0, PEERS);
  const apart: number[] = [];
  for (const { server } of known) {
    const answer = await ping(server).catch(() => undefined);
    if (answer) apart.push(answer.server_time - clock.now());
  }
  const [median] = apart.sort((a, b) => a - b).slice(Math.floor(apart.length / 2));
  if (median === undefined) return { name, status: 'skip', found: 'no other homeserver to compare it with' };
  const seconds = Math.round(median / 1_000);
  if (Math.abs(median) < APART) return { name, status: 'ok', found: `as that of ${apart.length} other homeservers` };
  const found = `${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} that of others`;
  return { name, status: Math.abs(seconds) > 300 ? 'fail' : 'warn', found, advice: 'Set it by NTP.' };
}

function parse(body: Buffer): { code?: unknown; server_time?: unknown } {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
}

const words = new Map([
  ['CERT_HAS_EXPIRED', 'Renew the certificate.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate has to name the server name.'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Use a certificate of a public authority, such as Let’s Encrypt.'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'Serve the whole chain of the certificate.'],
  ['ECONNREFUSED', 'Nothing listens there: start the web server, or open the port in the firewall.'],
]);

function adviceOn(error: unknown): string {
  if (error instanceof ClientError && error.code === 'timeout')
    return 'Open the port in the firewall, from outside too.';
  const { code = '' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return words.get(code) ?? 'Check DNS, certificate, firewall and web server.';
}
