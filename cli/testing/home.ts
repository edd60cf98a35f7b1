import { rm } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import type { Config } from '@folkmoot/server/base/settings.ts';
import { type Ran, runFolkmoot, type RunOptions } from './run-folkmoot.ts';

/** A homeserver that runs or is stopped, and is asked through the command line in either state. */
export interface Home {
  readonly url: string;
  readonly data: string;
  stop(): Promise<void>;
  folkmoot(args: string[], options?: RunOptions): Promise<Ran>;
}

interface Started {
  url: string;
  folder: string;
  homeserver: { config: Config; close(): Promise<void> };
}

/** The home of a homeserver that was started for the test, which ends it. */
export function homeOf(t: TestContext, { url, folder, homeserver }: Started): Home {
  const { data, listen, public_url, server_name } = homeserver.config;
  t.after(async () => {
    await homeserver.close();
    await rm(folder, { recursive: true, force: true });
  });
  const settings = {
    FOLKMOOT_DATA: data,
    FOLKMOOT_LISTEN: listen,
    FOLKMOOT_PUBLIC_URL: public_url,
    FOLKMOOT_SERVER_NAME: server_name,
  };
  return {
    url,
    data,
    stop: () => homeserver.close(),
    folkmoot: (args, options = {}) =>
      runFolkmoot(args, { ...options, environment: { ...settings, ...options.environment } }),
  };
}
