import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { checkAlone, checkNext, checkOlder } from '@folkmoot/federation/check-lines.ts';
import { type ExpectedStream } from '@folkmoot/federation/chain.ts';
import { lineText } from '@folkmoot/federation/envelope.ts';
import { generateKeyPair, importPublicKey, type PublicKey } from '@folkmoot/federation/keys.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { systemClock } from '../base/clock.ts';
import { eventBindings } from '../event-bindings.ts';
import { keepSearchIndex } from '../messages/search-index.ts';
import { forgetState } from '../spaces/forget-state.ts';
import type { Database, Reader } from '../storage/database.ts';
import { migrate } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/list.ts';
import { openDatabase } from '../storage/open-database.ts';
import { query, sql } from '../storage/query.ts';
import type { Engine } from '../storage/storage-contract.ts';
import { type Committer, createCommitter } from '../streams/committer.ts';
import { findStream, linesOfStream, streamsOfSpace } from '../streams/lines-store.ts';
import { openSpaceLog, type SpaceLog } from '../streams/space-log.ts';

/** A line of a stream of the hub, as text, with what the hub knows of it. */
export interface HubLine {
  pos: number;
  stream: string;
  key: string;
  epoch: number;
  seq: number;
  text: string;
}

const everyLine = query<{ space: string }>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select(['lines.pos', 'streams.stream', 'lines.epoch', 'lines.seq', 'lines.envelope', 'lines.payload'])
    .where('streams.space', '=', p.space)
    .orderBy('lines.pos'),
);
const everyState = query<{ space: string }>()((p) =>
  sql
    .selectFrom('state_lines')
    .innerJoin('lines', (join) =>
      join
        .onRef('lines.stream_no', '=', 'state_lines.stream_no')
        .onRef('lines.epoch', '=', 'state_lines.epoch')
        .onRef('lines.seq', '=', 'state_lines.seq'),
    )
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select(['lines.pos', 'streams.stream', 'lines.epoch', 'lines.seq', 'lines.envelope', 'lines.payload'])
    .select('state_lines.key')
    .where('streams.space', '=', p.space)
    .orderBy('lines.pos'),
);

type LineRow = Omit<HubLine, 'text' | 'key'> & { envelope: string; payload: string | null; key?: string };
const textOf = ({ pos, stream, epoch, seq, envelope, payload, key = '' }: LineRow): HubLine => ({
  pos,
  stream,
  key,
  epoch,
  seq,
  text: lineText(envelope, payload),
});

/** What a hub would send of a space: lines, state and heads of one snapshot. */
export async function hubSnapshot(reader: Reader, space: string) {
  return {
    lines: (await reader.all(everyLine, { space })).map(textOf),
    state: (await reader.all(everyState, { space })).map(textOf),
    heads: await reader.all(streamsOfSpace, { space }),
  };
}
export type HubSnapshot = Awaited<ReturnType<typeof hubSnapshot>>;

/** The log of another homeserver over an empty database, fed by hand. */
export class Follower {
  readonly database: Database;
  readonly committer: Committer;
  readonly log: SpaceLog;
  readonly #expected: Omit<ExpectedStream, 'stream'>;

  private constructor(
    database: Database,
    committer: Committer,
    log: SpaceLog,
    expected: Omit<ExpectedStream, 'stream'>,
  ) {
    this.database = database;
    this.committer = committer;
    this.log = log;
    this.#expected = expected;
  }

  static async open(
    t: TestContext,
    engine: Engine,
    { space, hub, keyOf }: { space: string; hub: string; keyOf: (server: string) => PublicKey | undefined },
    serverName = 'follower.example',
  ): Promise<Follower> {
    const options = await engine.fresh(t);
    assert.ok(options);
    const database = await openDatabase(options);
    t.after(() => database.close());
    await migrate(database, migrations, 0);
    const committer = createCommitter(database);
    keepSearchIndex(committer, database);
    const parts = {
      bindings: eventBindings,
      serverName,
      signingKey: generateKeyPair(),
      clock: systemClock,
      forgetState,
    };
    const log = await database.read((reader) => openSpaceLog(reader, committer, parts));
    return new Follower(database, committer, log, { space, hub, keyOf });
  }

  expected(stream: string): ExpectedStream {
    return { ...this.#expected, stream };
  }

  cursor(stream: string): Promise<Cursor | null> {
    const { space } = this.#expected;
    return this.database.read(async (reader) => (await reader.get(findStream, { space, stream })) ?? null);
  }

  /** Those of some lines that come after what is here, each stream in its order. */
  async receive(lines: readonly { stream: string; text: string }[]): Promise<void> {
    const { space } = this.#expected;
    for (const { stream, text } of lines) {
      const checked = checkNext([text], await this.cursor(stream), this.expected(stream));
      if (checked.stop?.code === 'already_seen') continue;
      assert.equal(checked.stop, undefined, `${stream}: ${JSON.stringify(checked.stop)}`);
      await this.committer.commit((tx) => this.log.receive(tx, { space, stream }, checked.lines));
    }
  }

  async adopt(
    { heads, state }: HubSnapshot,
    stream: string,
    wanted: (line: HubLine) => boolean = () => true,
  ): Promise<void> {
    const { space } = this.#expected;
    const head = heads.find((row) => row.stream === stream)!;
    const lines = this.#alone(state.filter((line) => line.stream === stream && wanted(line)));
    await this.committer.commit((tx) => this.log.adopt(tx, { space, stream }, head, lines));
  }

  async receiveState(lines: readonly HubLine[]): Promise<void> {
    const { space } = this.#expected;
    await this.committer.commit((tx) => this.log.receiveState(tx, { space, stream: '_' }, this.#alone(lines)));
  }

  /** All that is missing of a stream, in pages. */
  async backfill(lines: readonly HubLine[], stream: string, page: number): Promise<void> {
    const { space } = this.#expected;
    const all = lines.filter((line) => line.stream === stream);
    for (;;) {
      const row = await this.database.read((reader) => reader.get(findStream, { space, stream }));
      if (!row || row.back_epoch === null) return;
      const { back_epoch: epoch, back_seq: seq, back_hash: hash } = row;
      const upTo = all.filter((line) => line.epoch === epoch && line.seq <= (seq ?? -1)).slice(-page);
      const checked = checkOlder(
        upTo.map(({ text }) => text),
        { epoch, seq: seq!, hash: hash! },
        this.expected(stream),
      );
      assert.equal(checked.stop, undefined);
      await this.committer.commit((tx) => this.log.receiveOlder(tx, { space, stream }, checked.lines));
    }
  }

  stored(stream: string) {
    const { space } = this.#expected;
    return this.database.read(async (reader) => {
      const row = await reader.get(findStream, { space, stream });
      return row ? reader.all(linesOfStream, { stream_no: row.no, epoch: 0, seq: 0, limit: 100_000 }) : [];
    });
  }

  #alone(lines: readonly HubLine[]) {
    return lines.map(({ stream, text }) => {
      const checked = checkAlone(text, this.expected(stream));
      assert.ok(checked.ok, JSON.stringify(checked));
      return checked;
    });
  }
}

export const keyOfHub = (publicJwk: Parameters<typeof importPublicKey>[0]) => {
  const key = importPublicKey(publicJwk);
  return () => key;
};
