import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Database, Reader } from '../storage/database.ts';
import type { AppliedEvent, Audience, EventBinding, Shown } from './binding.ts';
import { lastPosition, linesAfter, type StoredLine } from './lines-store.ts';
import { eventOfLine } from './event-of-line.ts';

const PAGE = 256;
/** How long a database that cannot be read is left alone. */
const RETRY_MS = 200;

export interface TailEvent {
  event: AppliedEvent;
  /** As it is stored. */
  line: StoredLine;
  shown: Shown[];
  changesAccess: boolean;
}

export interface TailBatch {
  /** The snapshot that the events were read in; it may be later than they are. */
  reader: Reader;
  events: TailEvent[];
}

/** Reads the log from its own cursor and tells its listeners, batch by batch, in order. A wake-up carries no data. */
export interface Tail {
  listen(listener: (batch: TailBatch) => Promise<void> | void): void;
  /** Runs `work` once all that is stored now was told: `pos` is the newest line in the snapshot of `reader`, and none before it is untold. */
  whenTold(work: ToldWork): void;
  wake(): void;
  /** Resolves when the batch under way is done; nothing is told after it. */
  close(): Promise<void>;
}

export type ToldWork = (reader: Reader, pos: number) => Promise<void>;

export interface TailParts {
  database: Pick<Database, 'read'>;
  bindings: ReadonlyMap<string, EventBinding>;
  log: Log;
}

/** Starts at the newest line: what is older is in the opening state of whoever asks. */
export async function openTail({ database, bindings, log }: TailParts): Promise<Tail> {
  const listeners: ((batch: TailBatch) => Promise<void> | void)[] = [];
  let cursor = (await database.read((reader) => reader.get(lastPosition, {})))?.pos ?? 0;
  let afterwards: ToldWork[] = [];
  let awake = false;
  let again = false;
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let stopWaiting: () => void = () => undefined;

  async function follow(): Promise<void> {
    do {
      again = false;
      try {
        while (!closed && (await tellPage())) continue;
      } catch (error) {
        log.error({ err: error }, 'the tail of the log could not be read; it is tried again');
        await patience();
        again = true;
      }
    } while (again && !closed);
    awake = false;
  }

  function patience(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** True where there may be more. */
  async function tellPage(): Promise<boolean> {
    // What is asked for from now on may be later than the snapshot.
    const due = afterwards;
    afterwards = [];
    let isDone = false;
    try {
      isDone = await database.read(async (reader) => {
        const isLast = await tellLines(reader);
        if (isLast) for (const work of due) await run(work, reader);
        return isLast;
      });
    } finally {
      if (!isDone) afterwards = [...due, ...afterwards];
    }
    return !isDone;
  }

  /** True where these were all. */
  async function tellLines(reader: Reader): Promise<boolean> {
    const lines = await reader.all(linesAfter, { pos: cursor, limit: PAGE });
    if (lines.length > 0) {
      const events: TailEvent[] = [];
      for (const line of lines) events.push(...(await tailEvents(reader, line)));
      cursor = lines.at(-1)?.pos ?? cursor;
      for (const listener of listeners) await tell(listener, { reader, events });
    }
    return lines.length < PAGE;
  }

  async function run(work: ToldWork, reader: Reader): Promise<void> {
    try {
      await work(reader, cursor);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      log.error({ err: error }, 'what belongs after the newest line could not be told');
    }
  }

  /** A poison event is told to nobody and never stops the others; where the database is away, it is not the event. */
  async function tailEvents(reader: Reader, line: StoredLine): Promise<TailEvent[]> {
    const binding = bindings.get(line.type);
    const isUnderstood = line.opaque === 0 && line.payload !== null;
    const changesAccess = isUnderstood && (binding?.changesAccess ?? false);
    let event: AppliedEvent | undefined;
    try {
      event = eventOfLine(line);
      const shown = binding ? (isUnderstood ? await binding.show(reader, event) : []) : showUnknown(event, line);
      return [{ event, line, shown, changesAccess }];
    } catch (error) {
      if (error instanceof Refusal) throw error;
      log.error({ err: error, type: line.type, pos: line.pos }, 'an event could not be shown');
      return event ? [{ event, line, shown: [], changesAccess }] : [];
    }
  }

  /** What is not known here is for clients, which may know it. [STR-25] */
  function showUnknown(event: AppliedEvent, { payload }: StoredLine): Shown[] {
    const { space, stream, type, actor, body } = event;
    if (payload === null || body === undefined) return [];
    const audience: Audience = stream === '_' ? { to: 'space', space } : { to: 'channel', space, channel: stream };
    return [
      { audience, t: 'event.received', d: { space, stream, position: formatPosition(event), type, actor, body } },
    ];
  }

  /** Nor does a listener that fails keep the others from theirs. */
  async function tell(listener: (batch: TailBatch) => Promise<void> | void, batch: TailBatch): Promise<void> {
    try {
      await listener(batch);
    } catch (error) {
      log.error({ err: error }, 'somebody who follows the log failed over a batch of it');
    }
  }

  function wake(): void {
    if (closed) return;
    again = true;
    if (awake) return;
    awake = true;
    running = follow();
  }

  return {
    listen: (listener) => void listeners.push(listener),
    whenTold(work) {
      afterwards.push(work);
      wake();
    },
    wake,
    async close() {
      closed = true;
      stopWaiting();
      await running;
    },
  };
}
