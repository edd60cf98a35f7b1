import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { deleteMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import fc from 'fast-check';
import { query, sql } from '../storage/query.ts';
import { foundCommunity, fourPeople, newRole, refused } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import { attempt, randomDeed } from '../testing/random-deeds.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { chainsOf } from '../faults/chains.ts';

/** `FOLKMOOT_TEST_RUNS` for the long form. */
const numRuns = Number(process.env['FOLKMOOT_TEST_RUNS'] ?? 4);

const everyLine = query<object>()(() => sql.selectFrom('lines').select(['pos', 'envelope', 'payload']).orderBy('pos'));

interface Line {
  envelope: string;
  payload: string | null;
}

async function linesOf({ homeserver }: TestHomeserver): Promise<Map<number, Line>> {
  const rows = await homeserver.database.read((reader) => reader.all(everyLine, {}));
  const hashed = (text: string) => createHash('sha256').update(text).digest('hex');
  return new Map(
    rows.map(({ pos, envelope, payload }) => [
      pos,
      { envelope: hashed(envelope), payload: payload && hashed(payload) },
    ]),
  );
}

for (const engine of engines) {
  test(`[STR-21] [STR-23] whatever happens, an envelope stays as it was written, and a payload too or it is gone (${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    const environment: Record<string, string> = data.url ? { FOLKMOOT_DATABASE: data.url } : {};
    let known = new Map<number, Line>();
    let erased = 0;
    const compare = (now: Map<number, Line>) => {
      for (const [pos, before] of known) {
        const line = now.get(pos);
        assert.equal(line?.envelope, before.envelope, `the envelope at ${pos} was rewritten`);
        if (line.payload === null && before.payload !== null) erased++;
        else assert.equal(line.payload, before.payload, `the payload at ${pos} was rewritten`);
      }
      known = now;
    };
    {
      await using server = await startHomeserver({ folder: data.folder, environment });
      const people = await fourPeople(server.url);
      const walk = fc.asyncProperty(fc.array(randomDeed, { minLength: 20, maxLength: 40 }), async (deeds) => {
        const { owner, moderator, space, talk } = await foundCommunity(server.url, people);
        await newRole(owner, space, { name: 'Fan', mentionable: true });
        const { id: message } = await moderator.says(space, 'to be erased');
        compare(await linesOf(server));
        await moderator.client.call(deleteMessage, { params: { ...talk, message } });
        for (const deed of deeds) await refused(attempt(deed, people, space));
        compare(await linesOf(server));
      });
      await fc.assert(walk, { numRuns, endOnFailure: true });
    }
    {
      await using server = await startHomeserver({ folder: data.folder, environment });
      compare(await linesOf(server));
    }
    assert.ok(erased >= numRuns);
    await chainsOf(data);
  });
}
