import { setTimeout as wait } from 'node:timers/promises';
import type { InputOf, OperationName, ResultOf } from '@folkmoot/server/admin/operations.ts';
import type { Config } from '@folkmoot/server/base/settings.ts';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { isNew, requireOwnData } from './own-data.ts';
import { connectToHomeserver } from './socket-client.ts';

/** A homeserver that operations can be asked of, running or opened for it. */
export interface OpenHomeserver extends AsyncDisposable {
  readonly running: boolean;
  /** Throws CommandError, Refusal or OperationError with the code of what was refused. */
  call<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<ResultOf<Name>>;
}

export interface OpenOptions {
  /** Whether the data may be made where there is none yet. */
  create?: boolean;
}

/** A homeserver that starts or stops has its data locked for a moment without answering. */
const PATIENCE = 5_000;

/**
 * The homeserver of the settings: the running one, or its data opened here. Throws CommandError `no_data`, `not_allowed`,
 * `other_user` or `cannot_open`, and StartError `data_in_use` and the others.
 */
export async function openHomeserver(context: Context, { create = false }: OpenOptions = {}): Promise<OpenHomeserver> {
  const { config } = await context.loadConfig();
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const client = await connectToHomeserver(config.data);
    if (client) {
      return {
        running: true,
        call: (name, input) => client.call(name, input) as Promise<never>,
        [Symbol.asyncDispose]: async () => client.close(),
      };
    }
    requireOwnData(config, create);
    if (isNew(config)) context.say(`There was no homeserver in ${config.data}; this makes one.`);
    try {
      return await openData(context, config);
    } catch (error) {
      if (!isInUse(error) || performance.now() > deadline) throw asOpeningError(error, config.data);
    }
    await wait(100);
  }
}

async function openData(context: Context, config: Config): Promise<OpenHomeserver> {
  const { createHomeserver } = await import('@folkmoot/server/app.ts');
  const { runOperation } = await import('@folkmoot/server/admin/operations.ts');
  const { createLog } = await import('@folkmoot/server/base/log.ts');
  const write = (line: string) => void process.stderr.write(line);
  const log = createLog({ level: 'warn', format: process.stderr.isTTY ? 'pretty' : 'json', write });
  const homeserver = await createHomeserver({ config, log, webClientFolder: '' });
  const forget = context.onInterrupt(() => homeserver.close());
  return {
    running: false,
    call: (name, input) => runOperation(homeserver, name, input) as Promise<never>,
    async [Symbol.asyncDispose]() {
      await homeserver.close();
      forget();
    },
  };
}

/** What is wrong with the data is not a bug of the command. */
function asOpeningError(error: unknown, data: string): unknown {
  if (!(error instanceof Error) || error.name === 'StartError') return error;
  const message = `The data in ${data} cannot be opened: ${error.message}. folkmoot doctor examines it.`;
  return new CommandError('cannot_open', message, { exit: 'unreachable' });
}

const isInUse = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'data_in_use';
