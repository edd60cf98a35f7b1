import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Refusal } from '../base/errors.ts';
import type { Database, Writer } from '../storage/database.ts';
import { engines } from '../testing/engines.ts';
import { newStream, OpenLog } from '../testing/open-log.ts';
import { createCommitter, type Enlisted } from './committer.ts';

const refusedWith = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const nothing: Enlisted = {
  deedDone: () => undefined,
  deedUndone: () => undefined,
  beforeCommit: async () => undefined,
  transactionLost: () => undefined,
};

/** A database that only counts its transactions and holds each back until it is let go. */
function heldDatabase() {
  const started: (() => void)[] = [];
  const tx = { savepoint: (work: () => Promise<unknown>) => work() } as unknown as Writer;
  let fails: Error | undefined;
  const database = {
    async write(work: (tx: Writer) => Promise<unknown>) {
      const result = await work(tx);
      await new Promise<void>((resolve) => started.push(resolve));
      if (fails) throw fails;
      return result;
    },
  } as unknown as Database;
  return {
    database,
    failWith: (error: Error) => void (fails = error),
    /** Lets the transaction under way become durable, once there is one. */
    async letGo(): Promise<void> {
      while (started.length === 0) await turn();
      started.shift()?.();
    },
  };
}

test('what is asked for in one turn of the event loop shares one transaction, what comes meanwhile the next', async () => {
  const { database, letGo } = heldDatabase();
  const committer = createCommitter(database);
  let commits = 0;
  committer.onCommit(() => void commits++);
  let begun = false;
  const first = [1, 2, 3].map((n) => committer.commit(async () => ((begun = true), n)));
  while (!begun) await turn();
  const later = [4, 5].map((n) => committer.commit(async () => n));
  await letGo();
  assert.deepEqual(await Promise.all(first), [1, 2, 3]);
  assert.equal(commits, 1);
  await letGo();
  assert.deepEqual(await Promise.all(later), [4, 5]);
  assert.equal(commits, 2);
});

test('[STR-23] nobody is answered or woken before the transaction is durable', async () => {
  const { database, letGo } = heldDatabase();
  const committer = createCommitter(database);
  const seen: string[] = [];
  committer.onCommit(() => void seen.push('woken'));
  let worked = false;
  const answers = [
    committer.commit(async () => void (worked = true)).then(() => seen.push('answered')),
    committer.commit(() => Promise.reject(new Error('no'))).catch(() => seen.push('refused')),
  ];
  while (!worked) await turn();
  for (let n = 0; n < 20; n++) await turn();
  assert.deepEqual(seen, []);
  await letGo();
  await Promise.all(answers);
  assert.deepEqual(seen.toSorted(), ['answered', 'refused', 'woken']);
});

test('[STR-23] a transaction that does not become durable is answered to all with its error, and wakes nobody', async () => {
  const { database, letGo, failWith } = heldDatabase();
  const committer = createCommitter(database);
  let lost = 0;
  committer.onCommit(() => assert.fail('woken'));
  committer.enlist({ ...nothing, transactionLost: () => void lost++ });
  failWith(new Refusal('storage_full'));
  const answers = [1, 2].map((n) =>
    assert.rejects(
      committer.commit(async () => n),
      refusedWith('storage_full'),
    ),
  );
  await letGo();
  await Promise.all(answers);
  assert.equal(lost, 1);
});

test('close finishes what was asked for and refuses what comes later', async () => {
  const { database, letGo } = heldDatabase();
  const committer = createCommitter(database);
  const asked = Array.from({ length: 300 }, (_, n) => committer.commit(async () => n));
  let closed = false;
  const closing = committer.close().then(() => (closed = true));
  await assert.rejects(
    committer.commit(async () => 'late'),
    refusedWith('unavailable'),
  );
  await letGo();
  assert.equal(closed, false);
  await letGo();
  await closing;
  assert.deepEqual(
    await Promise.all(asked),
    Array.from(asked, (_, n) => n),
  );
});

test('[STR-23] a homeserver that was made read-only refuses every write and says why', async () => {
  const committer = createCommitter(heldDatabase().database);
  committer.makeReadOnly('older than what was published');
  committer.makeReadOnly('something else');
  const refusal = (error: unknown) =>
    refusedWith('read_only')(error) && (error as Refusal).details['reason'] === 'older than what was published';
  await assert.rejects(
    committer.commit(async () => undefined),
    refusal,
  );
  assert.equal(committer.readOnly, 'older than what was published');
  await committer.close();
});

for (const engine of engines) {
  test(`group commit on ${engine.name}`, async (t) => {
    const log = await OpenLog.open(t, engine);
    if (log) await deedsAreApart(t, log);
  });
}

async function deedsAreApart(t: TestContext, log: OpenLog): Promise<void> {
  await t.test('[EVT-3] a deed that fails after it wrote undoes itself and none of the others beside it', async () => {
    const space = await log.found();
    const stream = newStream();
    const failing = log.committer.commit(async (tx) => {
      await log.log.submit(tx, {
        actor: `u_${'a'.repeat(32)}`,
        space,
        stream: '_',
        type: 'com.example.note',
        ref: [],
        body: { text: 'lost' },
      });
      await log.log.submit(tx, {
        actor: `u_${'a'.repeat(32)}`,
        space,
        stream,
        type: 'com.example.note',
        ref: [],
        body: { text: 'lost' },
      });
      throw new Error('after two events');
    });
    const beside = [
      log.writes(space, 'before'),
      assert.rejects(failing, /after two/),
      log.writes(space, 'after'),
      log.writes(space, 'first', stream),
    ];
    const later = log.writes(space, 'later');
    await Promise.all([...beside, later]);
    for (const { stream: name, lines } of await log.streams(space)) {
      assert.equal((await log.verify(space, name, lines)).stop, undefined);
      assert.equal(lines.length, name === '_' ? 4 : 1);
      assert.ok(!lines.join().includes('lost'));
    }
    assert.equal(await log.kept(stream), 'first');
  });

  await t.test('[STR-7] numbers stay dense whichever of many deeds fail', async () => {
    const space = await log.found();
    const streams = ['_', newStream(), newStream()];
    const deeds = Array.from({ length: 300 }, (_, n) => {
      const stream = streams[n % 3]!;
      if (n % 7 === 0) return assert.rejects(log.writes(space, 'refuse', stream), refusedWith('forbidden'));
      if (n % 5 === 0) return assert.rejects(failsAfterwards(log, space, stream), /afterwards/);
      return log.writes(space, `note ${n}`, stream);
    });
    await Promise.all(deeds);
    for (const { stream, lines } of await log.streams(space))
      assert.equal((await log.verify(space, stream, lines)).stop, undefined, stream);
    const counted = (await log.streams(space)).flatMap(({ lines }) =>
      lines.map((line) => (JSON.parse(line) as { p: { intent: { n: number } } }).p.intent.n),
    );
    assert.deepEqual(
      counted.toSorted((a, b) => a - b),
      Array.from(counted, (_, n) => n + 1),
    );
  });
}

function failsAfterwards(log: OpenLog, space: string, stream: string): Promise<void> {
  return log.committer.commit(async (tx) => {
    const deed = {
      actor: `u_${'b'.repeat(32)}`,
      space,
      stream,
      type: 'com.example.note',
      ref: [],
      body: { text: 'lost' },
    };
    await log.log.submit(tx, deed);
    await log.log.submit(tx, deed);
    throw new Error('afterwards');
  });
}
