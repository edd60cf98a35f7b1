import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvite, joinByInvite, listInvites } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { banUser } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { leaveSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { opens, refused } from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import { type Person, person } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

const crowd = 25;
const uses = 10;

for (const engine of engines) {
  test(`an invite that works ten times (${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    await using server = await startHomeserver({
      folder: data.folder,
      ...(data.url ? { environment: { FOLKMOOT_DATABASE: data.url } } : {}),
    });
    const owner = await person(server.url);
    const people = await Promise.all(Array.from({ length: crowd }, () => person(server.url)));
    const space = await owner.founds('Popular');

    await t.test('[INV-4] lets in exactly ten of a crowd that comes at once', async () => {
      const code = await inviteTo(owner, space, uses);
      const outcomes = await Promise.all(people.flatMap((who) => [joins(who, code), joins(who, code)]));
      assert.deepEqual(new Set(outcomes), new Set(['done', 'invite_gone']));
      assert.equal((await opens(owner, space)).member_count, uses + 1);
      assert.equal(await remaining(owner, space), 0);
    });

    await t.test('[INV-4] counts nobody who is a member already', async () => {
      const code = await inviteTo(owner, space, 3);
      for (let n = 0; n < 5; n++) assert.equal(await joins(owner, code), 'done');
      const [{ uses: counted } = { uses: -1 }] = (await owner.client.call(listInvites, { params: { space: space.id } }))
        .invites;
      assert.equal(counted, 0);
    });

    await t.test('[MOD-3] lets in nobody who is banned, and counts no use for it', async () => {
      const code = await inviteTo(owner, space, 2);
      const banned = people[0]!;
      await refused(banned.client.call(leaveSpace, { params: { space: space.id } }));
      await owner.client.call(banUser, { params: { space: space.id, user: banned.account.id }, body: {} });
      for (let n = 0; n < 5; n++) assert.equal(await joins(banned, code), 'banned');
      const outcomes = await Promise.all(people.slice(1).map((who) => joinsAnew(who, space, code)));
      assert.equal(outcomes.filter((outcome) => outcome === 'done').length, 2);
    });
  });
}

async function inviteTo(owner: Person, space: Space, max_uses: number): Promise<string> {
  return (await owner.client.call(createInvite, { params: { space: space.id }, body: { max_uses } })).code;
}

const joins = (who: Person, code: string) => refused(who.client.call(joinByInvite, { params: { code } }));

async function joinsAnew(who: Person, space: Space, code: string): Promise<string> {
  await refused(who.client.call(leaveSpace, { params: { space: space.id } }));
  return joins(who, code);
}

async function remaining(owner: Person, space: Space): Promise<number> {
  return (await owner.client.call(listInvites, { params: { space: space.id } })).invites.length;
}
