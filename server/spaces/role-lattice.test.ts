import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChannel, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { getMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { deleteSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Permission, permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { permissionsOf, rankOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import fc from 'fast-check';
import { type Community, foundCommunity, gives, newRole, opens, refused } from '../testing/community.ts';
import { type Person, talkOf } from '../testing/people.ts';
import { attempt, type RandomDeed, randomDeed } from '../testing/random-deeds.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

/** `FOLKMOOT_TEST_RUNS=500` for the long form, `FOLKMOOT_TEST_SEED` to see one again. */
const numRuns = Number(process.env['FOLKMOOT_TEST_RUNS'] ?? 15);
const seed = process.env['FOLKMOOT_TEST_SEED'];

const ofRights: RandomDeed['what'][] = [
  'createRole',
  'changeRole',
  'deleteRole',
  'giveRole',
  'takeRole',
  'createChannel',
  'override',
  'hide',
  'removeOverride',
  'changeChannel',
  'timeOut',
  'ban',
  'kick',
];
const climbing: Permission[] = ['role.manage', 'channel.manage', 'channel.view'];
const grantable = permissionNames.filter((name) => name !== 'administrator');

/** A random space: what three roles allow beside the rights to climb with, who holds them, and what channels change for each. */
const lattice = fc.record({
  roles: fc.tuple(
    ...[50, 30, 10].map((rank) =>
      fc.record({
        rank: fc.constant(rank),
        permissions: fc.subarray(grantable).map((some) => [...new Set([...some, ...(rank > 10 ? climbing : [])])]),
        holders: fc.subarray([1, 2]).map((some) => (rank === 50 ? [1] : rank === 30 ? [2] : some)),
      }),
    ),
  ),
  overrides: fc.array(fc.record({ role: fc.nat(3), allow: fc.subarray(grantable), deny: fc.subarray(grantable) }), {
    maxLength: 4,
  }),
});
/** What the one with the highest role may do at first, whatever the rest is like: so that each walk has something to look at. */
const sure: RandomDeed = { who: 1, what: 'createRole', whom: 1, pick: 5, few: 0 };
/** Often about oneself, because that is what a thief of rights would try. */
const deed = fc
  .tuple(randomDeed, fc.constantFrom(...ofRights), fc.integer({ min: 1, max: 2 }), fc.boolean())
  .map(([base, what, who, self]) => ({ ...base, what, who, ...(self ? { whom: who } : {}) }));

test('[PERM-6] [PERM-7] no sequence of what somebody may do raises their own rights or rank anywhere', async () => {
  await using server = await startHomeserver();
  const community = await foundCommunity(server.url);
  let allowed = 0;
  const climb = fc.asyncProperty(lattice, fc.array(deed, { minLength: 10, maxLength: 30 }), async (given, deeds) => {
    const space = await build(community, given);
    for (const one of [sure, ...deeds]) {
      const actor = community.everybody[one.who]!;
      const before = await rightsOf(community.owner, actor, space);
      if ((await refused(attempt(one, community.everybody, space))) !== 'done') continue;
      allowed++;
      requireNoMore(before, await rightsOf(community.owner, actor, space), one);
    }
    await community.owner.client.call(deleteSpace, { params: { space: space.id } });
  });
  await fc.assert(climb, { numRuns, ...(seed ? { seed: Number(seed) } : {}) });
  assert.ok(allowed >= numRuns, 'hardly anything was allowed');
});

type Lattice = typeof lattice extends fc.Arbitrary<infer T> ? T : never;

async function build(
  { owner, moderator, member, everybody }: Community,
  { roles, overrides }: Lattice,
): Promise<Space> {
  const space = await owner.founds('Lattice');
  await owner.invites(space, moderator, member);
  const made = ['everyone'];
  for (const { rank, permissions, holders } of roles) {
    const role = await newRole(owner, space, { name: `rank ${rank}`, rank, permissions });
    made.push(role.id);
    for (const holder of holders) await gives(owner, space, role, everybody[holder]!);
  }
  const second = await owner.client.call(createChannel, {
    params: { space: space.id },
    body: { kind: 'text', name: 'second' },
  });
  for (const [n, { role, allow, deny }] of overrides.entries()) {
    const params = { ...talkOf(space), ...(n % 2 ? { channel: second.id } : {}), target: made[role]! };
    await owner.client.call(setOverride, { params, body: { allow, deny } });
  }
  return space;
}

interface Rights {
  rank: number;
  /** By channel, and as `space` those in the whole space. */
  where: Map<string, ReadonlySet<Permission>>;
}

/** Undefined for whoever is no member any more. */
async function rightsOf(owner: Person, who: Person, { id }: Space): Promise<Rights | undefined> {
  const space = await opens(owner, { id } as Space);
  let found: Member;
  try {
    found = await owner.client.call(getMember, { params: { space: id, user: who.account.id } });
  } catch {
    return undefined;
  }
  const member = { user: who.account.id, roles: found.roles, timeout: found.timeout };
  const question = { owner: space.owner, roles: space.roles, member, now: Date.now() };
  const where = new Map([['space', permissionsOf(question)]]);
  for (const { id: channel, overrides } of space.channels)
    where.set(channel, permissionsOf({ ...question, overrides }));
  return { rank: rankOf(question), where };
}

/** A channel that was made meanwhile has whatever it has: nothing was in it. */
function requireNoMore(before: Rights | undefined, after: Rights | undefined, deed: RandomDeed): void {
  if (!after) return;
  assert.ok(before);
  assert.ok(after.rank <= before.rank, `${JSON.stringify(deed)} raised the rank from ${before.rank} to ${after.rank}`);
  for (const [place, had] of before.where) {
    const more: Permission[] = [...(after.where.get(place) ?? [])].filter((permission) => !had.has(permission));
    assert.deepEqual(more, [], `${JSON.stringify(deed)} gave ${more.join()} in ${place}`);
  }
}
