import type { LoadedConfig } from '@folkmoot/server/base/config.ts';
import { exitCodes } from './command-error.ts';

export interface GlobalOptions {
  json?: boolean;
  config?: string;
  data?: string;
}

/** What every command gets: the options before or behind its name, and a way to say something. */
export interface Context {
  readonly json: boolean;
  /** Settings with `--config` and `--data` taken into account. Throws StartError `bad_config`. */
  loadConfig(): Promise<LoadedConfig>;
  /** The result: text for people, or with `--json` the value as the only document on the standard output. */
  answer(value: unknown, text: () => string): void;
  /** A remark on the way, for people only and never on the standard output. */
  say(text: string): void;
  /** Runs on Ctrl-C, the newest first, before the process ends. Returns how to take it back. */
  onInterrupt(cleanUp: () => Promise<void> | void): () => void;
}

export function createContext(options: () => GlobalOptions): Context {
  const cleanUps: (() => Promise<void> | void)[] = [];

  async function cleanUpAndExit(): Promise<void> {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    process.exit(exitCodes.interrupted);
  }
  const interrupt = () => void cleanUpAndExit();

  return {
    get json() {
      return options().json === true;
    },
    async loadConfig() {
      const { loadConfig } = await import('@folkmoot/server/base/config.ts');
      const { config: file } = options();
      return loadConfig({ environment: environmentWith(options()), ...(file === undefined ? {} : { file }) });
    },
    answer(value, text) {
      process.stdout.write(`${this.json ? JSON.stringify(value, null, 2) : text()}\n`);
    },
    say(text) {
      if (!this.json) process.stderr.write(`${text}\n`);
    },
    onInterrupt(cleanUp) {
      if (cleanUps.length === 0) process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
      cleanUps.push(cleanUp);
      return () => {
        const at = cleanUps.indexOf(cleanUp);
        if (at !== -1) cleanUps.splice(at, 1);
        if (cleanUps.length === 0) process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      };
    },
  };
}

/** The environment with the options of the command line put over it. */
export function environmentWith({ data, config }: GlobalOptions): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  if (config !== undefined) environment['FOLKMOOT_CONFIG'] = config;
  if (data !== undefined) {
    environment['FOLKMOOT_DATA'] = data;
    delete environment['FOLKMOOT_DATA_FILE'];
  }
  return environment;
}
