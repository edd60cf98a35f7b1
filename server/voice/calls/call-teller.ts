import type { Call, CallEnd } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../storage/database.ts';
import type { Signals } from '../../streams/signals.ts';
import { blockersOf } from './direct-members.ts';

export interface CallTellerParts {
  database: Pick<Database, 'read'>;
  signals: Pick<Signals, 'send'>;
  log: Log;
}

/** Tells clients here of calls, all but those who block the caller: for them there is none. [CALL-3] */
export class CallTeller {
  readonly #parts: CallTellerParts;
  /** What happened first is told first. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: CallTellerParts) {
    this.#parts = parts;
  }

  state(space: string, call: Call): void {
    this.#tell(space, call, 'call.state', { space, call });
  }

  ended(space: string, call: Call, reason: CallEnd): void {
    this.#tell(space, call, 'call.ended', { space, channel: call.channel, call: call.id, reason });
  }

  #tell(space: string, { channel, by }: Call, t: string, d: object): void {
    const { database, signals, log } = this.#parts;
    this.#turn = this.#turn
      .then(async () => {
        const except = await database.read((reader) => blockersOf(reader, by.id));
        signals.send({ audience: { to: 'channel', space, channel }, except, t, d });
      })
      .catch((error: unknown) => log.error({ err: error, space }, 'a call was not told'));
  }
}
