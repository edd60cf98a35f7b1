import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { eventOf } from '../streams/space-log.ts';
import { foundCommunity, newChannel } from '../testing/community.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const [CHANNELS, ROUNDS, TOGETHER] = [8, 20, 20];
const codeOf = (n: number) => `erased${String(n).padStart(6, '0')}end`;

/** SQLite leaves copies of what it moves from page to page. */
test('[MSG-4] of thousands of messages in many channels nothing is left in the file of those that were deleted', async (t) => {
  const folder = await temporaryFolder(t);
  const erased = new Set<string>();
  let kept = '';
  {
    await using server = await startHomeserver({ folder });
    const { owner, space } = await foundCommunity(server.url);
    const streams: string[] = [];
    for (let n = 0; n < CHANNELS; n++) streams.push((await newChannel(owner, space, `channel ${n}`)).id);
    const { committer, spaceLog } = server.homeserver;
    const deed = { actor: owner.account.id, space: space.id };
    const said: { stream: string; id: string; code: string }[] = [];
    for (let round = 0; round < ROUNDS; round++)
      await committer.commit(async (tx) => {
        for (let n = 0; n < CHANNELS * TOGETHER; n++) {
          const stream = streams[(n * 7 + round) % CHANNELS]!;
          const code = codeOf(said.length);
          const body = { content: `${code} ${'x'.repeat(20 + ((n * 37 + round * 11) % 150))}` };
          const done = await spaceLog.submit(tx, { ...deed, stream, type: 'message.create', ref: [], body });
          said.push({ stream, id: formatPosition(eventOf(done)), code });
        }
      });
    for (let from = 0; from < said.length; from += 500)
      await committer.commit(async (tx) => {
        for (const { stream, id, code } of said.slice(from, from + 500).filter((_, at) => at % 2 === 0)) {
          await spaceLog.submit(tx, { ...deed, stream, type: 'message.delete', ref: [id], body: {} });
          erased.add(code);
        }
      });
    kept = said[1]!.code;
  }
  const file = (await readFile(join(folder, 'data', 'folkmoot.db'))).toString('latin1');
  assert.ok(file.includes(kept), 'the test looks in the wrong place');
  assert.deepEqual(
    [...file.matchAll(/erased\d{6}end/g)].map(([code]) => code).filter((code) => erased.has(code)),
    [],
  );
});
