import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Refusal } from '../base/errors.ts';
import { createLog } from '../base/log.ts';
import type { Database } from '../storage/database.ts';
import { engines } from '../testing/engines.ts';
import { newStream, note, noteBindings, OpenLog } from '../testing/open-log.ts';
import { sql } from '../storage/query.ts';
import type { EventBinding, Shown } from './binding.ts';
import { lastPosition } from './lines-store.ts';
import { openTail } from './tail.ts';

/** A tail that writes down what it tells. */
async function follow(
  t: TestContext,
  log: OpenLog,
  bindings: ReadonlyMap<string, EventBinding> = noteBindings,
  database: Pick<Database, 'read'> = log.database,
) {
  const told: string[] = [];
  const shown: string[] = [];
  const problems: string[] = [];
  let waiting: (() => void)[] = [];
  const tail = await openTail({
    database,
    bindings,
    log: createLog({ level: 'warn', format: 'json', write: (line) => void problems.push(line) }),
  });
  tail.listen(({ events }) => {
    for (const { event, shown: frames } of events) {
      told.push((event.body as { text?: string }).text ?? event.type);
      shown.push(...frames.map(({ d }) => (d as { text: string }).text));
    }
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  });
  t.after(() => tail.close());
  const until = async (text: string) => {
    while (!told.includes(text)) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { tail, told, shown, problems, until };
}

const texts = (count: number) => Array.from({ length: count }, (_, n) => `note ${n}`);

for (const engine of engines) {
  test(`the tail of the log on ${engine.name}`, async (t) => {
    const log = await OpenLog.open(t, engine);
    if (log) await tailHolds(t, log);
  });
}

async function tailHolds(t: TestContext, log: OpenLog): Promise<void> {
  await t.test('starts at the head: what was there before is told to nobody', async (t) => {
    const space = await log.found();
    await log.writes(space, 'old');
    const { tail, told, until } = await follow(t, log);
    tail.wake();
    await log.writes(space, 'new');
    tail.wake();
    await until('new');
    assert.deepEqual(told, ['new']);
  });

  await t.test('[GW-16] tells every event once and in order, over streams and pages', async (t) => {
    const space = await log.found();
    const streams = ['_', newStream()];
    const { tail, told, until } = await follow(t, log);
    for (const [n, text] of texts(600).entries()) void log.writes(space, text, streams[n % 2]);
    await log.writes(space, 'last');
    tail.wake();
    await until('last');
    assert.deepEqual(told, [...texts(600), 'last']);
  });

  await t.test('what belongs after the newest line is told after it, in its snapshot', async (t) => {
    const space = await log.found();
    const { tail, told } = await follow(t, log);
    for (const text of texts(600)) void log.writes(space, text);
    await log.writes(space, 'last');
    const [seen, pos, newest] = await new Promise<[number, number, number | undefined]>((resolve) =>
      tail.whenTold(async (reader, at) => resolve([told.length, at, (await reader.get(lastPosition, {}))?.pos])),
    );
    assert.equal(seen, 601);
    assert.equal(pos, newest);
  });

  await t.test('a wake-up that is lost is made good by the next, one that comes twice does nothing', async (t) => {
    const space = await log.found();
    const { tail, told, until } = await follow(t, log);
    await log.writes(space, 'nobody was woken');
    await log.writes(space, 'woken');
    for (let n = 0; n < 50; n++) tail.wake();
    await until('woken');
    for (let n = 0; n < 50; n++) tail.wake();
    await log.writes(space, 'sentinel');
    tail.wake();
    await until('sentinel');
    assert.deepEqual(told, ['nobody was woken', 'woken', 'sentinel']);
  });

  await t.test('a wake-up that comes while a page is being told is not forgotten', async (t) => {
    const space = await log.found();
    const { tail, told, until } = await follow(t, log);
    let more = 5;
    tail.listen(async () => {
      if (more-- <= 0) return;
      await log.writes(space, `told meanwhile ${more}`);
      tail.wake();
    });
    await log.writes(space, 'first');
    tail.wake();
    await until('told meanwhile 0');
    assert.equal(told.length, 6);
  });

  await t.test('an event that cannot be shown is told to nobody, noted, and stops no other', async (t) => {
    const space = await log.found();
    const fails: EventBinding = {
      ...noteBindings.get(note)!,
      show: (_, event) => shownUnlessPoison((event.body as { text: string }).text),
    };
    const { tail, shown, problems, until } = await follow(t, log, new Map([...noteBindings, [note, fails]]));
    for (const text of ['before', 'rejects', 'throws', 'after']) await log.writes(space, text);
    tail.wake();
    await until('after');
    assert.deepEqual(shown, ['before', 'after']);
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? '', /could not be shown/);
  });

  await t.test('a line that was damaged in the database stops no other', async (t) => {
    const space = await log.found();
    const { tail, shown, problems, until } = await follow(t, log);
    await log.writes(space, 'before');
    const { event } = await log.writes(space, 'damaged');
    await log.committer.commit((tx) =>
      tx.execute(sql.updateTable('lines').set({ envelope: '{"ts"' }).where('pos', '=', event.pos)),
    );
    await log.writes(space, 'after');
    tail.wake();
    await until('after');
    assert.deepEqual(shown, ['before', 'after']);
    assert.equal(problems.length, 1);
  });

  await t.test('a listener that fails keeps no other from what happened', async (t) => {
    const space = await log.found();
    const { tail, told, problems, until } = await follow(t, log);
    const second: number[] = [];
    tail.listen(() => Promise.reject(new Error('this one is broken')));
    tail.listen(({ events }) => void second.push(events.length));
    await log.writes(space, 'first');
    tail.wake();
    await until('first');
    await log.writes(space, 'second');
    tail.wake();
    await until('second');
    await tail.close();
    assert.deepEqual([told.length, second.length, problems.length], [2, 2, 2]);
  });

  await t.test('a database that is away for a moment delays what is told, and loses none of it', async (t) => {
    const space = await log.found();
    let [unread, unshown] = [0, 0];
    const read: Database['read'] = (work) =>
      unread-- > 0 ? Promise.reject(new Refusal('unavailable')) : log.database.read(work);
    // The second time it goes away in the middle of a page.
    const binding: EventBinding = {
      ...noteBindings.get(note)!,
      show: (...shown) =>
        unshown-- > 0 ? Promise.reject(new Refusal('unavailable')) : noteBindings.get(note)!.show(...shown),
    };
    const { tail, told, shown, until } = await follow(t, log, new Map([...noteBindings, [note, binding]]), { read });
    await log.writes(space, 'first');
    await log.writes(space, 'second');
    [unread, unshown] = [2, 1];
    tail.wake();
    await until('second');
    assert.deepEqual(
      [told, shown],
      [
        ['first', 'second'],
        ['first', 'second'],
      ],
    );
  });

  await t.test('after close nothing is told', async (t) => {
    const space = await log.found();
    const { tail, told } = await follow(t, log);
    await log.writes(space, 'too late');
    await tail.close();
    tail.wake();
    await log.database.read(async () => undefined);
    assert.deepEqual(told, []);
  });
}

function shownUnlessPoison(text: string): Promise<Shown[]> {
  if (text === 'throws') throw new TypeError('Cannot read properties of null');
  if (text === 'rejects') return Promise.reject(new Error('no'));
  return Promise.resolve([{ audience: { to: 'user', user: 'u' }, t: 'told', d: { text } }]);
}
