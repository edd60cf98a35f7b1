import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kickMember, listMembers, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import fc from 'fast-check';
import { gives, newRole } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import { type Person, person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const names = ['Ann', 'ann', 'Änne', 'Bob', 'Ümit', 'Zoë', '_x', '%', 'ﬁn', '日本', '😀', 'a\\b', "o'neil", 'Ann'];

for (const engine of engines) {
  test(`the member list on ${engine.name}`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    await using server = await startHomeserver({
      folder: data.folder,
      ...(data.url ? { environment: { FOLKMOOT_DATABASE: data.url } } : {}),
    });
    const owner = await person(server.url);
    const people = await Promise.all(names.map(() => person(server.url)));
    const space = await owner.founds('Crowded');
    await owner.invites(space, ...people);
    const hoisted = await newRole(owner, space, { name: 'High', rank: 9, hoist: true });
    const plain = await newRole(owner, space, { name: 'Plain', rank: 20 });
    for (const [n, who] of people.entries()) {
      await renames(owner, space, who, names[n]!);
      if (n % 4 === 0) await gives(owner, space, hoisted, who);
      if (n % 3 === 0) await gives(owner, space, plain, who);
    }

    await t.test(
      '[MEM-1] pages of any size list every member once: those of hoisted roles first, then by name',
      async () => {
        const whole = await listed(owner, space, 100);
        assert.equal(whole.length, people.length + 1);
        const rank = (member: Member) => (member.roles.includes(hoisted.id) ? 9 : 0);
        const ranks = whole.map(rank);
        assert.deepEqual(
          ranks,
          ranks.toSorted((a, b) => b - a),
        );
        for (const limit of [1, 2, 3, 7, 14, 15, 16])
          assert.deepEqual(ids(await listed(owner, space, limit)), ids(whole), `pages of ${limit}`);
      },
    );

    await t.test('[MEM-1] a search takes what is typed as it is, and no sign of it as a pattern', async () => {
      const found = async (query: string) =>
        (await owner.client.call(listMembers, { params: { space: space.id }, query: { query } })).members.map(
          ({ nick }) => nick,
        );
      assert.deepEqual(await found('%'), ['%']);
      assert.deepEqual(await found('_x'), ['_x']);
      assert.deepEqual(await found('a\\'), ['a\\b']);
      assert.deepEqual(await found("o'"), ["o'neil"]);
      assert.deepEqual(
        (await found('ANN')).filter((name) => name?.toLowerCase() !== 'ann'),
        [],
      );
    });

    await t.test(
      '[MEM-1] who was there the whole time and stayed in place is on the pages once, whoever else comes, goes or is renamed',
      async () => {
        const stay = people.slice(0, 8);
        const movers = people.slice(8);
        const walk = fc.asyncProperty(
          fc.integer({ min: 1, max: 6 }),
          fc.infiniteStream(fc.nat(1_000)),
          async (limit, picks) => {
            const seen = ids(
              await listed(owner, space, limit, () =>
                stir(owner, space, movers[picks.next().value % movers.length]!, picks.next().value),
              ),
            );
            for (const { account } of stay) assert.equal(seen.filter((id) => id === account.id).length, 1);
          },
        );
        await fc.assert(walk, { numRuns: 5 });
      },
    );
  });
}

const ids = (members: readonly Member[]) => members.map(({ user }) => user.id);

/** Something happens between two pages. */
async function listed(
  reader: Person,
  space: Space,
  limit: number,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Member[]> {
  const members: Member[] = [];
  for (let after: string | undefined; ; ) {
    const page = await reader.client.call(listMembers, {
      params: { space: space.id },
      query: { limit, ...(after ? { after } : {}) },
    });
    members.push(...page.members);
    if (page.next === null) return members;
    after = page.next;
    await between();
  }
}

const renames = (by: Person, space: Space, who: Person, nick: string) =>
  by.client.call(updateMember, { params: { space: space.id, user: who.account.id }, body: { nick } });

async function stir(owner: Person, space: Space, who: Person, pick: number): Promise<void> {
  const gone = await owner.client
    .call(kickMember, { params: { space: space.id, user: who.account.id }, body: {} })
    .then(
      () => true,
      () => false,
    );
  if (gone && pick % 3 === 0) return;
  await owner.invites(space, who);
  await renames(owner, space, who, names[pick % names.length]!);
}
