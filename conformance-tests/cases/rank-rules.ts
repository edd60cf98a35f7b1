import assert from 'node:assert/strict';
import fc from 'fast-check';
import { removeOverride, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { getMember, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { explainPermissions, permissionsOf, rankOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import {
  permissions as catalogue,
  type Permission,
  permissionNames,
} from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { conformance } from '../case.ts';
import { jsonOf } from '../check-answer.ts';
import type { Community, Person } from '../person.ts';
import type { AnyOptions, AskedEndpoint } from '../visitor.ts';

const runs = 15;

const powers = permissionNames.filter((name) => name !== 'administrator');
const someRights = fc.subarray([...powers], { maxLength: 3 });
const manyRights = fc.subarray([...powers], { minLength: 8 });
const rank = fc.integer({ min: 0, max: 6 });
const aRole = fc.record({ rank, permissions: someRights });
const index = fc.nat({ max: 7 });

/** A call that a member might try; the numbers choose among what is there. */
const aCall = fc.oneof(
  fc.record({ deed: fc.constant('create' as const), rank, permissions: someRights }),
  fc.record({
    deed: fc.constant('change' as const),
    role: index,
    rank: fc.option(rank),
    permissions: fc.option(someRights),
  }),
  fc.record({ deed: fc.constant('delete' as const), role: index }),
  fc.record({ deed: fc.constantFrom('give' as const, 'take' as const), role: index, whom: index }),
  fc.record({ deed: fc.constant('invite' as const), role: index }),
  fc.record({ deed: fc.constant('override' as const), role: index, allow: someRights, deny: someRights }),
  fc.record({ deed: fc.constant('unoverride' as const), role: index }),
);
type Call = typeof aCall extends fc.Arbitrary<infer T> ? T : never;

type Asked = [endpoint: AskedEndpoint, options: AnyOptions];

/** The request that a call is; `ids` are the roles there are, `users` whom it can be about. */
function requestOf(call: Call, { space, general }: Community, ids: readonly string[], users: readonly string[]): Asked {
  const role = 'role' in call ? ids[call.role % ids.length]! : '';
  const params = { space, role };
  switch (call.deed) {
    case 'create':
      return [roles.createRole, { params, body: { name: 'made', rank: call.rank, permissions: call.permissions } }];
    case 'change': {
      const { rank, permissions } = call;
      const body = { name: 'changed', ...(rank === null ? {} : { rank }), ...(permissions ? { permissions } : {}) };
      return [roles.updateRole, { params, body }];
    }
    case 'delete':
      return [roles.deleteRole, { params }];
    case 'give':
      return [roles.giveRole, { params: { ...params, user: users[call.whom % users.length]! } }];
    case 'take':
      return [roles.takeRole, { params: { ...params, user: users[call.whom % users.length]! } }];
    case 'invite':
      return [createInvite, { params, body: { role } }];
    case 'override':
      return [setOverride, { params: { ...general, target: role }, body: { allow: call.allow, deny: call.deny } }];
    case 'unoverride':
      return [removeOverride, { params: { ...general, target: role } }];
  }
}

export const rankRuleCases = [
  conformance(
    ['PERM-6', 'PERM-7', 'PERM-8'],
    'no sequence of calls gives members together more than they had (C34)',
    async ({ visitors }) => {
      const [owner, one, two] = await visitors('owner', 'one', 'two');
      const conspirators = [one, two];
      const users = [owner, one, two].map(({ id }) => id);
      let granted = 0;
      await fc.assert(
        fc.asyncProperty(
          manyRights,
          fc.array(aRole, { minLength: 2, maxLength: 5 }),
          fc.array(fc.tuple(index, index), { minLength: 1, maxLength: 4 }),
          fc.array(fc.tuple(index, someRights, someRights), { maxLength: 4 }),
          fc.array(fc.tuple(fc.nat({ max: 1 }), aCall), { minLength: 4, maxLength: 14 }),
          async (top, lower, holders, overrides, calls) => {
            const club = await owner.founds('Lattice');
            for (const person of conspirators) await owner.invites(person);
            const ids = ['everyone'];
            // Somebody has to be able to try something.
            const first = { rank: 6, permissions: [...new Set<Permission>([...top, 'role.manage', 'channel.manage'])] };
            for (const [i, role] of [first, ...lower].entries()) {
              ids.push((await owner.makesRole(club, `role ${i}`, role)).id);
            }
            for (const [whom, role] of [[0, 0] as const, ...holders]) {
              await owner.gives(club, conspirators[whom % 2]!, { id: ids[1 + (role % (ids.length - 1))]! });
            }
            for (const [role, allow, deny] of overrides) {
              await owner.overrides(club.general, ids[role % ids.length]!, { allow, deny });
            }
            const before = await rightsOf(owner, conspirators, club);
            for (const [by, call] of calls) {
              const answer = await conspirators[by]!.tries(...requestOf(call, club, ids, users));
              if (answer.status < 300) granted++;
              if (answer.status === 201 && call.deed === 'create') ids.push((jsonOf(answer) as { id: string }).id);
            }
            const after = await rightsOf(owner, conspirators, club);
            for (const where of ['inSpace', 'inChannel'] as const) {
              const gained = [...after[where]].filter((name) => !before[where].has(name));
              assert.deepEqual(gained, [], `permissions that neither had, ${where}`);
            }
            assert.ok(after.rank <= before.rank, `rank ${after.rank} instead of ${before.rank}`);
          },
        ),
        { numRuns: runs, endOnFailure: true },
      );
      assert.ok(granted > 3, `only ${granted} calls were granted, which proves little`);
    },
    { patience: 480_000 },
  ),

  conformance(
    ['PERM-6', 'PERM-7', 'PERM-8'],
    'each step upwards is refused by its name (C34)',
    async ({ visitors }) => {
      const [owner, mod] = await visitors('owner', 'mod');
      const club = await owner.founds('Tea club');
      await owner.invites(mod);
      const own = await owner.makesRole(club, 'mods', {
        rank: 10,
        permissions: ['role.manage', 'channel.manage', 'nick.manage'],
      });
      const [high, equal, low, strong] = [
        await owner.makesRole(club, 'high', { rank: 20 }),
        await owner.makesRole(club, 'equal', { rank: 10 }),
        await owner.makesRole(club, 'low', { rank: 5 }),
        await owner.makesRole(club, 'strong', { rank: 5, permissions: ['member.ban'] }),
      ];
      await owner.gives(club, mod, own);
      const { space } = club;
      const give = (role: string) => ({ params: { space, user: mod.id, role } });
      const change = (role: string, body: object) => ({ params: { space, role }, body });
      for (const role of [high.id, equal.id]) {
        await mod.isRefused('rank_too_low', roles.giveRole, give(role));
        await mod.isRefused('rank_too_low', roles.updateRole, change(role, { name: 'x' }));
        await mod.isRefused('rank_too_low', roles.deleteRole, { params: { space, role } });
        await mod.isRefused('rank_too_low', setOverride, {
          params: { ...club.general, target: role },
          body: { allow: [], deny: ['message.send'] },
        });
      }
      for (const rank of [10, 11, 10_000]) {
        await mod.isRefused('rank_too_low', roles.updateRole, change(low.id, { rank }));
        await mod.isRefused('rank_too_low', roles.createRole, { params: { space }, body: { name: 'x', rank } });
      }
      for (const permission of ['member.ban', 'administrator'] as Permission[]) {
        const rights = { permissions: [permission] };
        await mod.isRefused('missing_permission', roles.updateRole, change(low.id, rights));
        await mod.isRefused('missing_permission', roles.updateRole, change('everyone', rights));
        await mod.isRefused('missing_permission', roles.createRole, {
          params: { space },
          body: { name: 'x', ...rights },
        });
      }
      await mod.isRefused('missing_permission', roles.giveRole, give(strong.id));
      const more = { params: { ...club.general, target: 'everyone' }, body: { allow: ['message.manage'], deny: [] } };
      await mod.isRefused('missing_permission', setOverride, more);
      await mod.isRefused('missing_permission', setOverride, { ...more, params: { ...club.general, target: mod.id } });
      await mod.isRefused('rank_too_low', roles.takeRole, give(own.id));
      await mod.isRefused('rank_too_low', updateMember, { params: { space, user: owner.id }, body: { nick: 'x' } });
      await mod.gives(club, mod, low);
    },
  ),

  conformance(
    ['PERM-6', 'PERM-9', 'INV-6'],
    'whom a channel denies something hands it out in no other way',
    async ({ visitors }) => {
      const [owner, mod, friend] = await visitors('owner', 'mod', 'friend');
      const club = await owner.founds('Tea club');
      for (const person of [mod, friend]) await owner.invites(person);
      const own = await owner.makesRole(club, 'mods', { rank: 10, permissions: ['role.manage', 'message.manage'] });
      const helpers = await owner.makesRole(club, 'helpers', { rank: 1, permissions: ['message.manage'] });
      const plain = await owner.makesRole(club, 'plain', { rank: 1, permissions: ['message.send'] });
      await owner.makesChannel(club, 'staff room', { private: true });
      await owner.gives(club, mod, own);
      const { space } = club;
      const change = (role: string, ...permissions: Permission[]): Asked => [
        roles.updateRole,
        { params: { space, role }, body: { permissions } },
      ];
      const give = (role: string): Asked => [roles.giveRole, { params: { space, user: friend.id, role } }];

      // A channel that one does not see denies nothing by that.
      await mod.gives(club, friend, helpers);
      await owner.takes(club, friend, helpers);

      await owner.overrides(club.general, own.id, { deny: ['message.manage', 'message.send'] });
      const refused = await mod.tries(...give(helpers.id));
      const { code, details } = jsonOf(refused) as { code: string; details: object };
      const missing = { permission: 'message.manage', channel: club.general.channel };
      assert.deepEqual({ code, details }, { code: 'missing_permission', details: missing });
      await mod.isRefused('missing_permission', createInvite, { params: { space }, body: { role: helpers.id } });
      await mod.isRefused('missing_permission', ...change('everyone', 'message.manage'));
      await mod.isRefused('missing_permission', ...change(plain.id, 'message.send', 'message.manage'));

      // Where nobody has it by a role, and where everybody has it, nothing is handed out.
      await mod.gives(club, friend, plain);
      await owner.overrides(club.general, 'everyone', { deny: ['message.manage'] });
      await mod.gives(club, friend, helpers);
    },
  ),

  conformance('PERM-6', 'a role that opens a channel is given by those who see it only', async ({ visitors }) => {
    const [owner, mod] = await visitors('owner', 'mod');
    const club = await owner.founds('Tea club');
    await owner.invites(mod);
    const own = await owner.makesRole(club, 'mods', { rank: 10, permissions: ['role.manage'] });
    const staff = await owner.makesRole(club, 'staff', { rank: 1 });
    const secret = await owner.makesChannel(club, 'staff room', { private: true });
    await owner.overrides(secret, staff.id, { allow: ['channel.view'] });
    await owner.gives(club, mod, own);
    await mod.isRefused('missing_permission', roles.giveRole, {
      params: { space: club.space, user: mod.id, role: staff.id },
    });
  }),
];

/** What several members may between them, in the space and in its channel, as the reference function says. */
async function rightsOf(owner: Person, conspirators: readonly Person[], club: Community) {
  const { roles: all, channels, owner: user } = await owner.opens(club);
  const { overrides = [] } = channels.find(({ id }) => id === club.general.channel) ?? {};
  const [inSpace, inChannel] = [new Set<Permission>(), new Set<Permission>()];
  let highest = 0;
  for (const { id } of conspirators) {
    const { roles: held } = await owner.asks(getMember, { params: { space: club.space, user: id } });
    const question = { owner: user, roles: all, member: { user: id, roles: held }, now: 0 };
    for (const permission of permissionsOf(question)) inSpace.add(permission);
    for (const [permission, { allowed, by }] of explainPermissions({ ...question, overrides })) {
      // What no channel can change is the space's alone; who does not see the channel may still hand out what works in it.
      if (catalogue[permission].channel && (allowed || by === 'hidden')) inChannel.add(permission);
    }
    highest = Math.max(highest, rankOf(question));
  }
  return { inSpace, inChannel, rank: highest };
}
