import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { deleteMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { openDatabase } from '@folkmoot/server/storage/open-database.ts';
import { sql } from '@folkmoot/server/storage/query.ts';
import { person, talkOf } from '@folkmoot/server/testing/people.ts';
import { startHomeserver } from '@folkmoot/server/testing/start-homeserver.ts';
import { createProgress } from '../show/progress.ts';
import { type Home, homeOf } from '../testing/home.ts';
import type { Problem } from './problem.ts';
import type { StreamReport } from './space-check.ts';
import { verifyFile } from './verify-file.ts';

interface Result {
  ok: boolean;
  lines: number;
  erased: number;
  streams: StreamReport[];
  problems: Problem[];
}

const placesOf = (problems: readonly Problem[]) =>
  problems.map(({ stream, position, reason, code }) => `${stream} ${position} ${reason} ${code}`);

interface Garden {
  home: Home;
  space: Space;
  channel: string;
  folder: string;
}

/** A community where three things were said and one of them was taken back. */
async function openGarden(t: TestContext): Promise<Garden> {
  const started = await startHomeserver();
  const home = homeOf(t, started);
  const alice = await person(home.url, 'alice');
  const space = await alice.founds('Garden');
  await alice.says(space, 'the apples are ripe');
  const regretted = await alice.says(space, 'my address is Orchard Lane');
  await alice.says(space, 'come and pick some');
  await alice.client.call(deleteMessage, { params: { ...talkOf(space), message: regretted.id } });
  return { home, space, channel: talkOf(space).channel, folder: started.folder };
}

test('a community holds, with the homeserver running, stopped, and from a file anywhere', async (t) => {
  const { home, space, folder, channel } = await openGarden(t);
  const file = join(folder, 'garden.ndjson');
  const running = await home.folkmoot(['verify', space.id, '--json']);
  assert.equal(running.code, 0, running.stderr);
  assert.equal((await home.folkmoot(['space', 'export', space.id, file])).code, 0);
  await home.stop();
  const stopped = await home.folkmoot(['verify', space.id, '--json']);
  const fromFile = await home.folkmoot(['verify', file, '--json'], {
    environment: { FOLKMOOT_DATA: join(folder, 'nowhere') },
  });
  const countsOf = ({ ok, lines, erased, streams }: Result) => ({ ok, lines, erased, streams });
  const counts = countsOf(running.json<Result>());
  assert.deepEqual([counts.ok, counts.erased], [true, 1]);
  assert.equal(counts.streams.find(({ stream }) => stream === channel)?.head, '1.4');
  assert.deepEqual(countsOf(stopped.json<Result>()), counts);
  assert.deepEqual(countsOf(fromFile.json<Result>()), counts);
});

test('every change of an export is found at its place', async (t) => {
  const { home, space, channel, folder } = await openGarden(t);
  const file = join(folder, 'garden.ndjson');
  await home.folkmoot(['space', 'export', space.id, file]);
  const whole = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const at = (part: string) => whole.findIndex((line) => line.includes(part));
  const said = at('the apples are ripe');
  const last = at('come and pick some');
  const replaced = (index: number, from: string | RegExp, to: string) =>
    whole.map((line, i) => (i === index ? line.replace(from, to) : line));
  const without = (index: number) => whole.filter((_, i) => i !== index);

  const cases: [string, string[], string[]][] = [
    ['nothing', whole, []],
    ['no header', whole.slice(1), []],
    ['the content', replaced(said, 'apples', 'grapes'), [`${channel} 1.1 changed_payload changed_payload`]],
    ['the time', replaced(said, /"ts":\d/, '"ts":9'), [`${channel} 1.1 bad_signature bad_signature`]],
    ['a missing line', without(said), [`${channel} 1.2 broken_chain gap`]],
    [
      'a line twice',
      [...whole.slice(0, last), whole[last]!, ...whole.slice(last)],
      [`${channel} 1.3 broken_chain already_seen`],
    ],
    [
      'an order',
      [...whole.slice(0, said), whole[said + 1]!, whole[said]!, ...whole.slice(said + 2)],
      [`${channel} 1.2 broken_chain gap`],
    ],
    ['a space in the bytes', replaced(said, '{"ev":', '{ "ev":'), [`${channel} 1.1 not_canonical not_canonical`]],
    ['no JSON', replaced(said, '{', ''), [`${channel} 1.1 not_canonical not_canonical`]],
    ['the end', whole.slice(0, -1), [`${channel} 1.4 missing_lines missing_lines`]],
    ['the genesis', without(1), ['_ 1.0 missing_lines no_genesis']],
    ['another community', replaced(0, space.id, `s_${'a'.repeat(32)}`), ['_ 1.0 wrong_stream wrong_stream']],
  ];
  for (const [what, lines, expected] of cases) {
    await writeFile(file, `${lines.join('\n')}\n`);
    const { check } = await verifyFile(file, createProgress(false));
    const places = placesOf(check.problems);
    if (what === 'another community') assert.equal(places[0], expected[0], what);
    else assert.deepEqual(places, expected, what);
  }
  await writeFile(file, `${replaced(said, 'apples', 'grapes').join('\n')}\n`);
  const ran = await home.folkmoot(['verify', file]);
  assert.equal(ran.code, 1);
  assert.match(ran.stdout, new RegExp(`${channel} 1\\.1, line ${said + 1} of the file: changed_payload`));
});

test('a database that somebody changed is found out, in both ways', async (t) => {
  const { home, space, channel, folder } = await openGarden(t);
  await home.stop();
  const database = await openDatabase({ folder: home.data });
  await database.write(async (tx) => {
    await tx.execute(
      sql`update lines set payload = replace(payload, 'apples', 'grapes') where payload like '%apples%'`,
    );
    await tx.execute(
      sql`delete from lines where stream_no = (select no from streams where stream = ${channel}) and seq = 3`,
    );
  });
  await database.close();
  const expected = [`${channel} 1.1 changed_payload changed_payload`, `${channel} 1.4 broken_chain gap`];
  const stopped = await home.folkmoot(['verify', space.id, '--json']);
  assert.deepEqual([stopped.code, placesOf(stopped.json<Result>().problems)], [1, expected]);
  await using _ = await startHomeserver({ folder });
  const running = await home.folkmoot(['verify', space.id, '--json']);
  assert.deepEqual([running.code, placesOf(running.json<Result>().problems)], [1, expected]);
});

test('what is no export is said to be none', async (t) => {
  const { home, folder } = await openGarden(t);
  const file = join(folder, 'letter.txt');
  for (const content of [
    '',
    'Dear diary',
    '{"format":"folkmoot-export/9"}',
    '{"format":"folkmoot-export/1","space":"s","streams":[null]}',
    '[1]',
  ]) {
    await writeFile(file, content);
    const ran = await home.folkmoot(['verify', file, '--json']);
    assert.deepEqual([ran.code, JSON.parse(ran.stderr).code], [1, 'not_an_export'], content);
  }
  const missing = await home.folkmoot(['verify', join(folder, 'nothing'), '--json']);
  assert.deepEqual([missing.code, JSON.parse(missing.stderr).code], [1, 'enoent']);
});
