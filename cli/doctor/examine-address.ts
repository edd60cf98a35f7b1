import { createServer } from 'node:net';
import { listenAddressOf } from '@folkmoot/server/base/config.ts';
import { type Finding, reasonOf, under } from './finding.ts';

const TIMEOUT = 5_000;

/** Whether the homeserver answers where it should listen, or whether it could. */
export async function examineAddress(listen: string, running: boolean): Promise<Finding> {
  const { host, port } = listenAddressOf(listen);
  const { skip } = under('address');
  if (port === 0) return skip('a free port at every start');
  return running ? askReadiness(host, port) : tryPort(host, port);
}

async function askReadiness(host: string, port: number): Promise<Finding> {
  const { ok, warn, fail } = under('address');
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${reachable}:${port}/readyz`, { signal: AbortSignal.timeout(TIMEOUT) });
    if (response.ok) return ok(`${host}:${port} answers and is ready`);
    return warn(`${host}:${port} answers ${response.status}: ${(await response.text()).slice(0, 200)}`);
  } catch (error) {
    return fail(
      `the homeserver runs, but ${host}:${port} does not answer: ${reasonOf(error)}`,
      'Were the settings changed after it was started? Restart it.',
    );
  }
}

async function tryPort(host: string, port: number): Promise<Finding> {
  const { ok, fail } = under('address');
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    return ok(`${host}:${port} is free`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return fail(`another program uses ${host}:${port}`, 'Stop it, or set another listen.');
    if (code === 'EACCES')
      return fail(`this user may not listen on ${host}:${port}`, 'Take a port from 1024 on, behind a reverse proxy.');
    return fail(`${host}:${port} cannot be used: ${reasonOf(error)}`, 'Set a listen address of this machine.');
  } finally {
    server.close();
  }
}
