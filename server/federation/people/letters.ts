import { type Backoff, delayAfter } from '@folkmoot/federation/backoff.ts';
import { peerGrantBot } from '@folkmoot/protocol-spec/schemas/federation/bots.ts';
import {
  peerInvite,
  peopleLimits,
  peerProfiles,
  peerRelate,
} from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import { peerReport } from '@folkmoot/protocol-spec/schemas/federation/reports.ts';
import type { PeerEndpoint } from '@folkmoot/protocol-spec/schemas/federation/endpoint.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database, Writer } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Tables } from '../../storage/tables.ts';
import type { Committer } from '../../streams/committer.ts';
import type { Federation } from '../federation.ts';
import { PeerRefusal } from '../peer-refusal.ts';

type Letter = Tables['people_outbox'];

const endpoints = new Map<string, PeerEndpoint>(
  [peerRelate, peerInvite, peerProfiles, peerGrantBot, peerReport].map((endpoint) => [
    endpoint.path,
    endpoint as unknown as PeerEndpoint,
  ]),
);
/** What would be answered in the same way again. */
const final = new Set([400, 403, 404, 405, 409, 410, 413, 421, 422]);
const patience: Backoff = { first: 1_000, longest: 300_000 };

const lastNumber = query<{ server: string }>()((p) =>
  sql.selectFrom('people_outbox').select('n').where('server', '=', p.server).orderBy('n', 'desc').limit(1),
);
const insertLetter = query<Letter>()((p) =>
  sql
    .insertInto('people_outbox')
    .values({ server: p.server, n: p.n, id: p.id, path: p.path, body: p.body, created: p.created }),
);
const firstLetter = query<{ server: string }>()((p) =>
  sql.selectFrom('people_outbox').selectAll().where('server', '=', p.server).orderBy('n').limit(1),
);
const deleteLetter = query<{ server: string; n: number }>()((p) =>
  sql.deleteFrom('people_outbox').where('server', '=', p.server).where('n', '=', p.n),
);
/** One that was not delivered yet and is out of date. */
const deleteById = query<{ server: string; id: string }>()((p) =>
  sql.deleteFrom('people_outbox').where('server', '=', p.server).where('id', '=', p.id),
);
const waitingServers = query<object>()(() => sql.selectFrom('people_outbox').select('server').distinct());

export interface LettersParts {
  federation: Pick<Federation, 'ask'>;
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit' | 'onCommit'>;
  clock: Clock;
  log: Log;
}

/** What other homeservers have to be told about people: kept until they have taken it, each in order, none waits for another. [PPL-4] */
export class Letters implements AsyncDisposable {
  readonly #parts: LettersParts;
  readonly #fresh = new Set<string>();
  /** Those that got something while they were written to. */
  readonly #again = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, { failures: number; timer: NodeJS.Timeout }>();
  #closed = false;

  constructor(parts: LettersParts) {
    this.#parts = parts;
    parts.committer.onCommit(() => {
      if (this.#fresh.size === 0) return;
      const servers = [...this.#fresh];
      this.#fresh.clear();
      for (const server of servers) this.#deliver(server);
    });
  }

  /** Keeps a letter with the transaction. One with the same `about` that still waits is replaced by it. */
  async post(
    tx: Writer,
    server: string,
    endpoint: { path: string },
    body: { id: string },
    about: string = body.id,
  ): Promise<void> {
    // Before: one that is being sent is taken out by its number when it was taken.
    const n = ((await tx.get(lastNumber, { server }))?.n ?? 0) + 1;
    await tx.run(deleteById, { server, id: about });
    const created = this.#parts.clock.now();
    await tx.run(insertLetter, { server, n, id: about, path: endpoint.path, body: JSON.stringify(body), created });
    this.#fresh.add(server);
  }

  /** Goes on with what was left when this homeserver stopped. */
  async start(): Promise<void> {
    const servers = await this.#parts.database.read((reader) => reader.all(waitingServers, {}));
    for (const { server } of servers) this.#deliver(server);
  }

  /** A homeserver that was away is there again. */
  reached(server: string): void {
    const waiting = this.#waiting.get(server);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(server);
    this.#deliver(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    await Promise.all(this.#running.values());
  }

  #deliver(server: string, failures = 0): void {
    if (this.#closed || this.#waiting.has(server)) return;
    if (this.#running.has(server)) return void this.#again.add(server);
    const work = this.#run(server, failures).finally(() => {
      this.#running.delete(server);
      if (this.#again.delete(server)) this.#deliver(server);
    });
    this.#running.set(server, work);
  }

  async #run(server: string, failuresBefore: number): Promise<void> {
    let failures = failuresBefore;
    const { database, committer, clock, log } = this.#parts;
    try {
      while (!this.#closed) {
        const letter = await database.read((reader) => reader.get(firstLetter, { server }));
        if (!letter) return;
        const isOver = clock.now() - letter.created > peopleLimits.keptMs || (await this.#send(letter));
        if (!isOver) return this.#later(server, ++failures);
        failures = 0;
        await committer.commit((tx) => tx.run(deleteLetter, { server, n: letter.n }));
      }
    } catch (error) {
      log.warn({ err: error, server }, 'letters to a homeserver could not be read; it is tried again');
      this.#later(server, ++failures);
    }
  }

  /** Whether there is nothing more to do for it: it was taken, or refused for good. */
  async #send({ server, path, body }: Letter): Promise<boolean> {
    const { federation, log } = this.#parts;
    const endpoint = endpoints.get(path);
    if (!endpoint) return true;
    try {
      await federation.ask(server, endpoint, { body: JSON.parse(body) as object });
      return true;
    } catch (error) {
      const isFinal = error instanceof PeerRefusal && final.has(error.status);
      log[isFinal ? 'info' : 'debug']({ err: error, server, path }, 'a homeserver did not take a letter');
      return isFinal;
    }
  }

  #later(server: string, failures: number): void {
    if (this.#closed) return;
    const timer = setTimeout(
      () => {
        this.#waiting.delete(server);
        this.#deliver(server, failures);
      },
      delayAfter(failures, patience, Math.random()),
    ).unref();
    this.#waiting.set(server, { failures, timer });
  }
}
