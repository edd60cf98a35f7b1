import type { TestContext } from 'node:test';
import { lineText } from '@folkmoot/federation/envelope.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { generateKeyPair, importPublicKey, type SigningKey } from '@folkmoot/federation/keys.ts';
import { type ChainReport, verifyChain } from '@folkmoot/federation/verify-chain.ts';
import { Type } from 'typebox';
import { type Clock, systemClock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Database } from '../storage/database.ts';
import { migrate } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/list.ts';
import { openDatabase } from '../storage/open-database.ts';
import { query, sql } from '../storage/query.ts';
import type { Engine } from '../storage/storage-contract.ts';
import type { AppliedEvent, EventBinding } from '../streams/binding.ts';
import { type Committer, createCommitter } from '../streams/committer.ts';
import { linesOfStream, streamsOfSpace } from '../streams/lines-store.ts';
import { eventOf, openSpaceLog, type SpaceLog } from '../streams/space-log.ts';

export const note = 'com.example.note';
export const other = 'com.example.other';

const putMeta = query<{ key: string; value: string }>()((p) =>
  sql
    .insertInto('meta')
    .values({ key: p.key, value: p.value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: p.value })),
);
const findMeta = query<{ key: string }>()((p) => sql.selectFrom('meta').select('value').where('key', '=', p.key));

const binding = (
  type: string,
  properties: Parameters<typeof Type.Object>[0] = {},
): EventBinding<{ text?: string }, unknown> => ({
  type,
  body: Type.Object(properties),
  decide: async (_, { body }) => {
    if (body.text === 'refuse') throw new Refusal('forbidden');
    return body.text === undefined ? undefined : { hub: { length: body.text.length } };
  },
  // A table that follows the log, to see that both move together.
  apply: (tx, event) =>
    tx.run(putMeta, { key: event.stream, value: event.body.text ?? event.type }).then(() => undefined),
  show: async (_, event) => [
    { audience: { to: 'space', space: event.space }, t: event.type, d: { text: event.body.text } },
  ],
});

/** A made-up domain: a space is created, and notes are written into its streams. The note `refuse` is refused. */
export const noteBindings: ReadonlyMap<string, EventBinding> = new Map(
  [binding('space.create'), binding(note, { text: Type.String() }), binding(other, { text: Type.String() })].map(
    (made) => [made.type, made as EventBinding],
  ),
);

export interface Written {
  event: AppliedEvent;
  /** Whether the intent had been accepted before. */
  repeated: boolean;
}

/** A log over an empty database of an engine, with no homeserver around it. */
export class OpenLog {
  readonly database: Database;
  readonly committer: Committer;
  readonly log: SpaceLog;
  readonly #key: SigningKey;

  private constructor(database: Database, committer: Committer, log: SpaceLog, key: SigningKey) {
    this.database = database;
    this.committer = committer;
    this.log = log;
    this.#key = key;
  }

  static async open(
    t: TestContext,
    engine: Engine,
    clock: Clock = systemClock,
    bindings = noteBindings,
  ): Promise<OpenLog | undefined> {
    const options = await engine.fresh(t);
    if (!options) return undefined;
    const database = await openDatabase(options);
    t.after(() => database.close());
    await migrate(database, migrations, 0);
    const signingKey = generateKeyPair();
    const committer = createCommitter(database);
    const parts = { bindings, serverName: 'home.example', signingKey, clock };
    const log = await database.read((reader) => openSpaceLog(reader, committer, parts));
    return new OpenLog(database, committer, log, signingKey);
  }

  submit(deed: {
    actor?: string;
    space?: string;
    stream?: string;
    type?: string;
    text?: string;
    ref?: string[];
    id?: string;
  }): Promise<Written> {
    const { actor = someone, space, stream = '_', type = note, text, ref = [], id } = deed;
    const body = text === undefined ? {} : { text };
    return this.committer.commit(async (tx) => {
      const submitted = await this.log.submit(tx, { actor, space, stream, type, ref, body, id });
      return { event: eventOf(submitted), repeated: submitted.repeated };
    });
  }

  async found(): Promise<string> {
    return (await this.submit({ type: 'space.create' })).event.space;
  }

  writes(space: string, text: string, stream = '_'): Promise<Written> {
    return this.submit({ space, stream, text });
  }

  /** The note that `apply` kept last for a stream. */
  kept(stream: string): Promise<string | undefined> {
    return this.database.read(async (reader) => (await reader.get(findMeta, { key: stream }))?.value);
  }

  /** Lines of all streams of a space, each as it is stored. */
  async streams(space: string): Promise<{ stream: string; lines: string[] }[]> {
    return this.database.read(async (reader) => {
      const found = [];
      for (const { no, stream } of await reader.all(streamsOfSpace, { space })) {
        const stored = await reader.all(linesOfStream, { stream_no: no, epoch: 0, seq: 0, limit: 100_000 });
        found.push({ stream, lines: stored.map(({ envelope, payload }) => lineText(envelope, payload)) });
      }
      return found;
    });
  }

  verify(space: string, stream: string, lines: readonly string[]): Promise<ChainReport> {
    const key = importPublicKey(this.#key.publicJwk);
    return verifyChain(lines, { space, stream, hub: 'home.example', keyOf: () => key });
  }
}

export const someone = randomId('u_', 32);
export const someoneElse = randomId('u_', 32);
export const newStream = () => randomId('c_');
