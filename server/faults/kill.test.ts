import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { deleteMessage, editMessage, listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { engines } from '../testing/engines.ts';
import { person, type Person, talkOf } from '../testing/people.ts';
import { spawnHomeserver } from '../testing/start-homeserver.ts';
import { chainsOf } from './chains.ts';

/** The short form of everyday; `FOLKMOOT_TEST_KILLS=50` for the long one. */
const kills = Number(process.env['FOLKMOOT_TEST_KILLS'] ?? 3);
const writers = 8;

for (const engine of engines) {
  test(`[STR-23] [API-8] kill -9 under load loses nothing that was confirmed and gives no number twice (F153, C104; ${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    const environment: Record<string, string> = data.url ? { FOLKMOOT_DATABASE: data.url } : {};
    const start = () => spawnHomeserver({ folder: data.folder, environment });

    let server = await start();
    t.after(() => server.close());
    const author = await person(server.url);
    const space = await author.founds('Under fire');
    const confirmed = new Map<string, Message>();
    const deleted = new Set<string>();
    let known = new Map<string, string>();

    for (let round = 0; round < kills; round++) {
      const talker = author.at(server.url);
      const load = writeUntilItDies(talker, space, confirmed, deleted);
      await reachedMore(confirmed, Math.floor(Math.random() * 300));
      await server.kill();
      await load;

      const chains = await chainsOf(data);
      for (const [place, hash] of known)
        assert.equal(chains.get(place), hash, `${place} has another hash after a restart`);
      known = chains;
      server = await start();
    }

    const stored = new Map(
      (await everyMessage(author.at(server.url), space)).map((message) => [message.intent, message]),
    );
    for (const [intent, message] of confirmed)
      assert.equal(stored.get(intent)?.id, message.id, 'a confirmed message is gone');
    const ids = new Set([...stored.values()].map(({ id }) => id));
    assert.equal(ids.size, stored.size);
    for (const id of deleted) assert.ok(!ids.has(id), 'a message is back that was deleted');
  });
}

/** Of every five messages one is edited, and one deleted again. */
async function writeUntilItDies(
  talker: Person,
  space: Space,
  confirmed: Map<string, Message>,
  deleted: Set<string>,
): Promise<void> {
  const write = async () => {
    for (let n = 0; ; n++) {
      const nonce = randomId('i_');
      try {
        const message = await talker.says(space, `message ${nonce}`, nonce);
        const params = { ...talkOf(space), message: message.id };
        if (n % 5 !== 1) confirmed.set(nonce, message);
        if (n % 5 === 0) await talker.client.call(editMessage, { params, body: { content: `edited ${nonce}` } });
        if (n % 5 !== 1) continue;
        await talker.client.call(deleteMessage, { params });
        deleted.add(message.id);
      } catch (error) {
        assert.ok(error instanceof ApiError && error.status === 0, String(error));
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}

async function reachedMore(confirmed: ReadonlyMap<string, Message>, more: number): Promise<void> {
  const target = confirmed.size + more;
  while (confirmed.size < target) await new Promise((resolve) => setImmediate(resolve));
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
