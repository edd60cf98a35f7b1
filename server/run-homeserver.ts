import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createHomeserver, type Homeserver } from './app.ts';
import { loadConfig } from './base/config.ts';
import { Refusal, StartError } from './base/errors.ts';
import { createLog, type Log } from './base/log.ts';

const webClientFolder = join(import.meta.dirname, '../examples/web-client/dist');

/** A homeserver from settings to SIGTERM: the whole life of the process. */
export async function runHomeserver(): Promise<void> {
  try {
    const { config } = loadConfig();
    const log = createLog({ level: config.log, format: config.log_format });
    const homeserver = await createHomeserver({ config, log, webClientFolder });
    stopOnSignals(homeserver, log);
    const address = await homeserver.listen();
    await greet(homeserver, address);
  } catch (error) {
    // Of a Refusal, such as for a disk that is full, an admin needs no stack trace either.
    if (!(error instanceof StartError || error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** What somebody who has just started it wants to read. */
async function greet(homeserver: Homeserver, { host, port }: { host: string; port: number }): Promise<void> {
  const { config, log } = homeserver;
  const url = config.listen.endsWith(':0') ? `http://${host}:${port}` : config.public_url;
  log.info({ address: `${host}:${port}`, data: config.data }, `Folkmoot is ready at ${url}`);
  const path = await setUpPathOf(homeserver);
  const client = existsSync(webClientFolder) ? '' : '\n  The web client is not built yet: npm start builds it.';
  const setUp = path ? `\n  First, make yourself the admin with this link, which works once:\n  ${url}${path}` : '';
  process.stdout.write(`\n  Open ${url} in a browser.${setUp}${client}\n\n`);
}

/** Undefined also where nothing can be written: a homeserver that is read-only or full is still there to be read. */
async function setUpPathOf({ makeSetUpPath, log }: Homeserver): Promise<string | undefined> {
  try {
    return await makeSetUpPath();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.warn({ code: error.code }, 'no set-up link could be made');
    return undefined;
  }
}

function stopOnSignals(homeserver: Homeserver, log: Log): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means that somebody does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    homeserver.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
