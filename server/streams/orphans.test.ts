import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { systemClock } from '../base/clock.ts';
import { engines } from '../testing/engines.ts';
import { note, noteBindings, OpenLog } from '../testing/open-log.ts';
import { countOrphans, orphanAfter } from './orphans.ts';

for (const engine of engines) {
  test(`[STR-24] [EPO-4] what was lost is marked and taken back once, the newest first, and may happen again (${engine.name})`, async (t) => {
    const takenBack: string[] = [];
    const bindings = new Map(noteBindings);
    bindings.set(note, {
      ...noteBindings.get(note)!,
      unapply: async (_, event) => void takenBack.push(formatPosition(event)),
    });
    const log = await OpenLog.open(t, engine, systemClock, bindings);
    if (!log) return;
    const space = await log.found();
    const id = randomId('i_');
    await log.writes(space, 'kept');
    const { event } = await log.submit({ space, text: 'lost', id });
    await log.writes(space, 'lost as well');
    await log.committer.commit((tx) => log.log.openEpoch(tx, { space, stream: '_' }, 4));
    assert.equal(formatPosition((await log.writes(space, 'after')).event), '4.1');
    const fork = { epoch: 1, seq: 1 };
    const orphan = () => log.committer.commit((tx) => orphanAfter(tx, bindings, event.streamNo, fork, 4));
    assert.deepEqual((await orphan()).map(formatPosition), ['1.2', '1.3']);
    assert.deepEqual(takenBack, ['1.3', '1.2']);
    assert.deepEqual(await orphan(), []);
    assert.equal(await log.database.read((reader) => countOrphans(reader, event.streamNo, fork, 4)), 2);
    const again = await log.submit({ space, text: 'lost', id });
    assert.deepEqual([again.repeated, formatPosition(again.event)], [false, '4.2']);
    const [{ lines } = { lines: [] }] = await log.streams(space);
    assert.equal((await log.verify(space, '_', lines)).stop, undefined);
  });
}
