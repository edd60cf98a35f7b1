import type { Config } from '@folkmoot/server/base/settings.ts';
import { type Finding, reasonOf, under } from './finding.ts';

const TIMEOUT = 5_000;
const CLOCK = 60_000;

/** The way that browsers take: the public URL, whatever proxies stand in it, and a WebSocket through them. */
export async function examinePublicUrl({ public_url: url, server_name: name }: Config): Promise<Finding[]> {
  const { ok, warn, fail } = under('public URL');
  let response: Response;
  try {
    response = await fetch(`${url}/api/v1/server`, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) });
  } catch (error) {
    return [
      fail(
        `${url} does not answer: ${reasonOf(error)}`,
        'Check DNS, certificate and reverse proxy, or set public_url.',
      ),
    ];
  }
  if (response.status >= 300 && response.status < 400) {
    return [fail(`${url} leads on to ${response.headers.get('location')}`, 'Set public_url to where it leads.')];
  }
  const server = (await response.json().catch(() => undefined)) as { name?: string; gateway?: string } | undefined;
  if (server?.name !== name) {
    return [
      fail(
        `${url} answers ${response.status}, and it is not ${name}`,
        'Let the reverse proxy lead to the listen address.',
      ),
    ];
  }
  const there = Date.parse(response.headers.get('date') ?? '');
  const apart = Math.abs(there - Date.now());
  const clock =
    apart > CLOCK
      ? [warn(`the clock there is ${Math.round(apart / 1000)} s away from this one`, 'Set both by NTP.')]
      : [];
  return [ok(`${url} leads here`), ...clock, await examineWebSocket(url, server.gateway ?? '/gateway')];
}

function examineWebSocket(url: string, gateway: string): Promise<Finding> {
  const { ok, fail } = under('WebSocket');
  const advice = 'Let the reverse proxy pass on the headers Upgrade and Connection; examples/deploy shows how.';
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${gateway}`);
  return new Promise((resolve) => {
    const answer = (finding: Finding) => {
      clearTimeout(timer);
      socket.close();
      resolve(finding);
    };
    const timer = setTimeout(() => answer(fail('opens, but nothing comes through', advice)), TIMEOUT);
    socket.addEventListener('message', () => answer(ok('opens through the public URL')));
    socket.addEventListener('error', () => answer(fail('does not open through the public URL', advice)));
    socket.addEventListener('close', ({ code }) => answer(fail(`is closed with code ${code}`, advice)));
  });
}
