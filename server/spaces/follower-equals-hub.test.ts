import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import fc from 'fast-check';
import { eventBindings } from '../event-bindings.ts';
import type { Database } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import { buildStateIndex } from '../streams/state-index.ts';
import { foundCommunity, gives, newChannel, newRole, refused, type Community } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import { Follower, type HubLine, hubSnapshot, keyOfHub } from '../testing/following.ts';
import { attempt, type RandomDeed, randomDeed } from '../testing/random-deeds.ts';
import { requireSearchEntriesHold } from '../testing/search-entries-hold.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { tablesOfSpace } from '../testing/tables-of-space.ts';

/** `FOLKMOOT_TEST_RUNS` for the long form, `FOLKMOOT_TEST_SEED` to see one again. */
const numRuns = Number(process.env['FOLKMOOT_TEST_RUNS'] ?? 4);
const seed = process.env['FOLKMOOT_TEST_SEED'];

const isOfMember = ({ key }: HubLine) => /^(was:)?member:/.test(key);
const streamsOf = (lines: readonly HubLine[]) => [...new Set(lines.map(({ stream }) => stream))];

for (const engine of engines) {
  test(`[EVT-5] whoever follows comes to the same tables as the hub, from the start or from a checkpoint (${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    await using server = await startHomeserver({
      folder: data.folder,
      ...(data.url ? { environment: { FOLKMOOT_DATABASE: data.url } } : {}),
    });
    const { homeserver } = server;
    const community = await foundCommunity(server.url);
    const keyOf = keyOfHub(homeserver.keys.signing.publicJwk);
    const hub = homeserver.config.server_name;

    const property = fc.asyncProperty(
      fc.array(randomDeed, { minLength: 15, maxLength: 40 }),
      fc.array(randomDeed, { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (before, after, page, membersFirst) => {
        const { id: space } = await spaceOfThree(community);
        const snapshot = () => homeserver.database.read((reader) => hubSnapshot(reader, space));
        await tryAll(community, before, space);
        const first = await snapshot();
        const follow = () => Follower.open(t, engine, { space, hub, keyOf });
        const joined = await follow();
        await joined.adopt(first, '_', (line) => !isOfMember(line));
        for (const stream of streamsOf(first.lines)) if (stream !== '_') await joined.adopt(first, stream);
        await tryAll(community, after, space);
        const last = await snapshot();
        const members = (membersFirst ? first : last).state.filter(isOfMember);
        if (membersFirst) await joined.receiveState(members);
        await joined.receive(last.lines.filter(({ pos }) => !first.lines.some((line) => line.pos === pos)));
        if (!membersFirst) await joined.receiveState(members);
        // The first snapshot again, when all of it is known already or out of date.
        await joined.receiveState(first.state.filter(isOfMember));
        for (const stream of streamsOf(last.lines)) await joined.backfill(last.lines, stream, page);

        const fromStart = await follow();
        await fromStart.receive(last.lines);
        const spaceFirst = await follow();
        await spaceFirst.receive(last.lines.toSorted((a, b) => Number(a.stream !== '_') - Number(b.stream !== '_')));

        const leftBehind = await follow();
        await leftBehind.receive(first.lines);
        await leftBehind.adopt(last, '_', (line) => !isOfMember(line));
        for (const stream of streamsOf(last.lines)) if (stream !== '_') await leftBehind.adopt(last, stream);
        await leftBehind.receiveState(last.state.filter(isOfMember));
        for (const stream of streamsOf(last.lines)) await leftBehind.backfill(last.lines, stream, page);

        const expected = await homeserver.database.read((reader) => tablesOfSpace(reader, space));
        for (const follower of [fromStart, spaceFirst, joined, leftBehind]) {
          assert.deepEqual(await follower.database.read((reader) => tablesOfSpace(reader, space)), expected);
          await requireSearchEntriesHold(follower);
        }
        await requireSearchEntriesHold(homeserver);
      },
    );
    await fc.assert(property, { numRuns, endOnFailure: true, ...(seed ? { seed: Number(seed) } : {}) });
    await requireSameIndexMadeAnew(homeserver.database);
  });
}

async function tryAll(community: Community, deeds: readonly RandomDeed[], space: string): Promise<void> {
  for (const deed of deeds) await refused(attempt(deed, community.everybody, { id: space } as Space));
}

async function spaceOfThree({ owner, moderator, member }: Community): Promise<Space> {
  const space = await owner.founds('Followed');
  await owner.invites(space, moderator, member);
  const permissions = permissionNames.filter((name) => name !== 'administrator');
  const deputy = await newRole(owner, space, { name: 'Deputy', rank: 55, permissions, hoist: true });
  await gives(owner, space, deputy, moderator);
  await gives(owner, space, await newRole(owner, space, { name: 'Fan', rank: 2, mentionable: true }), member);
  await newChannel(owner, space, 'closed', { private: true });
  for (const who of [owner, member, moderator]) await who.says(space, 'hello @everyone');
  return space;
}

const stateLines = query<object>()(() =>
  sql
    .selectFrom('state_lines')
    .innerJoin('streams', 'streams.no', 'state_lines.stream_no')
    .leftJoin('channels', 'channels.stream_no', 'state_lines.stream_no')
    .select(['streams.stream', 'state_lines.key', 'state_lines.epoch', 'state_lines.seq', 'state_lines.kind'])
    .where(({ eb, or }) => or([eb('streams.stream', '=', '_'), eb('channels.id', 'is not', null)]))
    .orderBy('state_lines.stream_no')
    .orderBy('state_lines.key')
    .orderBy('state_lines.epoch')
    .orderBy('state_lines.seq'),
);

/** A database from before the index gets the same one from its lines. */
async function requireSameIndexMadeAnew(database: Database): Promise<void> {
  const kept = await database.read((reader) => reader.all(stateLines, {}));
  assert.ok(kept.length > 20);
  await database.write((tx) => tx.execute(sql.deleteFrom('meta').where('key', '=', 'state_index')));
  await buildStateIndex(database, eventBindings);
  assert.deepEqual(await database.read((reader) => reader.all(stateLines, {})), kept);
}
