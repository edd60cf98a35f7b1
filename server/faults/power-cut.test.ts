import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { temporaryFolder } from '../testing/engines.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';
import { chainsOf } from './chains.ts';

const cuts = 2;
const writers = 8;

test('[STR-23] [API-8] a power cut takes what was not synced, and nothing that anybody was told (F154)', async (t) => {
  const folder = await temporaryFolder(t);
  const recorder = recorderOfSyncs(folder);
  assert.ok(recorder || !process.env['CI'], 'there is no C compiler here');
  if (!recorder) return t.skip('there is no C compiler here');
  const [data, synced] = [join(folder, 'data'), join(folder, 'synced')];
  await mkdir(synced);
  const environment = { LD_PRELOAD: recorder, POWER_FROM: data, POWER_TO: synced };
  const start = () => spawnHomeserver({ folder, environment });

  let server = await start();
  t.after(() => server.close());
  const author = await person(server.url);
  const space = await author.founds('In the dark');
  const told = new Map<string, string>();
  let known = new Map<string, string>();
  for (let cut = 0; cut < cuts; cut++) {
    const talker = author.at(server.url);
    using watcher = await Watcher.of(talker);
    const load = writeUntilItDies(talker, space, told);
    const before = told.size;
    await watcher.until(() => told.size > before + 40);
    await server.kill();
    await load;
    for (const event of watcher.events)
      if (event.t === 'message.created') told.set(event.d.message.id, event.d.message.content);

    // Whatever was written since it was synced last never reached the disk.
    await rm(data, { recursive: true });
    await cp(synced, data, { recursive: true });
    const chains = await chainsOf({ folder });
    for (const [place, hash] of known) assert.equal(chains.get(place), hash, `${place} has another hash`);
    known = chains;
    // Reading it has moved what was in the journal.
    await rm(synced, { recursive: true });
    await cp(data, synced, { recursive: true });
    server = await start();
  }
  const stored = new Map((await everyMessage(author.at(server.url), space)).map((one) => [one.id, one.content]));
  for (const [id, content] of told) assert.equal(stored.get(id), content, `${id} says something else`);
});

/** A library that keeps a copy of each file as it was synced last; undefined where it cannot be made. */
function recorderOfSyncs(folder: string): string | undefined {
  const library = join(folder, 'power-cut.so');
  const source = join(import.meta.dirname, 'power-cut.c');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl', '-lpthread'], { stdio: 'pipe' });
    return library;
  } catch {
    return undefined;
  }
}

async function writeUntilItDies(talker: Person, space: Space, told: Map<string, string>): Promise<void> {
  const write = async (writer: number) => {
    for (let n = 0; ; n++) {
      try {
        const { id, content } = await talker.says(space, `writer ${writer}, message ${n} of ${talker.client.baseUrl}`);
        told.set(id, content);
      } catch (error) {
        assert.ok(error instanceof ApiError && error.status === 0, String(error));
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
}

async function everyMessage(reader: Person, space: Space): Promise<Message[]> {
  const all: Message[] = [];
  for (let after = '1.0'; ; ) {
    const page = await reader.client.call(listMessages, { params: talkOf(space), query: { after, limit: 100 } });
    all.push(...page.messages);
    const last = page.messages.at(-1);
    if (!last || !page.more_after) return all;
    after = last.id;
  }
}
