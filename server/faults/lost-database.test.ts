import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import pg from 'pg';
import { engines } from '../testing/engines.ts';
import { type Person, person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';
import { chainsOf } from './chains.ts';

const writers = 6;
const each = 40;
const cuts = 6;

test('[STR-10] [STR-23] connections to PostgreSQL that are cut under load: what is sent again is there once, and told once', async (t) => {
  const data = await engines.find(({ name }) => name === 'PostgreSQL')?.fresh(t);
  if (!data?.url) return;
  {
    await using server = await startHomeserver({
      folder: data.folder,
      environment: { FOLKMOOT_DATABASE: data.url, FOLKMOOT_LOG: 'silent' },
    });
    const [author, reader] = [await person(server.url), await person(server.url)];
    const space = await author.founds('Shaky');
    await author.invites(space, reader);
    using watcher = await Watcher.of(reader);
    const confirmed: Message[] = [];
    const writing = Array.from({ length: writers }, async () => {
      for (let n = 0; n < each; n++) confirmed.push(await insists(author, space, randomId('i_')));
    });
    for (let cut = 1; cut <= cuts; cut++) {
      const target = Math.floor((cut * writers * each) / (cuts + 1));
      while (confirmed.length < target) await new Promise(setImmediate);
      await cutConnections(data.url);
    }
    await Promise.all(writing);

    const last = await insists(author, space, randomId('i_'));
    await watcher.seesMessage(last.id, talkOf(space).channel);
    const told = watcher.events.flatMap((event) => (event.t === 'message.created' ? [event.d.message.id] : []));
    assert.equal(new Set(told).size, told.length, 'something was told twice');
    assert.deepEqual(told.toSorted(), [...confirmed, last].map(({ id }) => id).toSorted());
    assert.equal(watcher.openings, 1);
  }
  await chainsOf(data);
});

/** As a client does: sends the same again until it is answered. */
async function insists(author: Person, space: Space, nonce: string): Promise<Message> {
  for (;;) {
    try {
      return await author.says(space, nonce, nonce);
    } catch (error) {
      assert.ok(error instanceof ApiError && error.status === 503 && error.code === 'unavailable', String(error));
    }
  }
}

async function cutConnections(url: string): Promise<void> {
  const admin = new pg.Client(url);
  await admin.connect();
  await admin.query(
    'SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await admin.end();
}
