import assert from 'node:assert/strict';
import {
  getMember,
  listAudit,
  listBans,
  listMembers,
  updateMember,
} from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as roles from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { listInvites } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { conformance } from '../case.ts';
import { assertSame } from '../expect.ts';

export const roleCases = [
  conformance(
    ['ROL-1', 'ROL-2'],
    'a role begins with nothing and changes only where it is told to',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const role = await ada.makesRole(club, 'friends');
      assertSame(
        role,
        { id: role.id, name: 'friends', color: null, rank: 1, permissions: [], hoist: false, mentionable: false },
        'a new role',
      );
      await bo.sees('role.created', (d) => d.role.id === role.id);
      const params = { space: club.space, role: role.id };
      const changed = await ada.asks(roles.updateRole, { params, body: { rank: 7, permissions: ['nick.manage'] } });
      assertSame(changed, { ...role, rank: 7, permissions: ['nick.manage'] }, 'a changed role');
      await bo.sees('role.updated', (d) => d.role.rank === 7);
    },
  ),

  conformance(
    ['ROL-2', 'ROL-3', 'ROL-4'],
    'everyone stays what it is but for its permissions',
    async ({ visitors }) => {
      const [ada] = await visitors('Ada');
      const { space } = await ada.founds('Tea club');
      const params = { space, role: 'everyone' };
      for (const body of [{ name: 'all' }, { rank: 3 }, { color: 1 }, { hoist: true }, { mentionable: true }]) {
        await ada.isRefused('forbidden', roles.updateRole, { params, body });
      }
      await ada.isRefused('forbidden', roles.deleteRole, { params });
      const toAda = { space, user: ada.id, role: 'everyone' };
      await ada.isRefused('forbidden', roles.giveRole, { params: toAda });
      await ada.isRefused('forbidden', roles.takeRole, { params: toAda });
      const changed = await ada.asks(roles.updateRole, { params, body: { permissions: ['channel.view'] } });
      assert.deepEqual([changed.name, changed.rank, changed.permissions], ['everyone', 0, ['channel.view']]);
    },
  ),

  conformance('ROL-3', 'a deleted role is gone from members, overrides and invites', async ({ people }) => {
    const [ada, bo, guest] = await people('Ada', 'Bo', 'Guest');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const role = await ada.makesRole(club, 'friends');
    await ada.gives(club, bo, role);
    await ada.overrides(club.general, role.id, { allow: ['mention.everyone'] });
    const code = await ada.makesInvite(club, { role: role.id });
    await ada.asks(roles.deleteRole, { params: { space: club.space, role: role.id } });
    await bo.sees('role.deleted', (d) => d.role === role.id);
    const opening = await bo.opens(club);
    assert.deepEqual(opening.me.roles, []);
    assert.deepEqual(
      opening.channels.map(({ overrides }) => overrides),
      [[]],
    );
    const { invites } = await ada.asks(listInvites, { params: { space: club.space } });
    assert.ok(invites.every((invite) => invite.role === null));
    await guest.joins(code);
    assert.deepEqual((await guest.opens(club)).me.roles, []);
  }),

  conformance(['ROL-4', 'EVT-6'], 'a role is given and taken, also twice', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const role = await ada.makesRole(club, 'friends');
    await ada.gives(club, bo, role);
    await bo.sees('member.updated', (d) => d.member.user.id === bo.id && d.member.roles.includes(role.id));
    await ada.gives(club, bo, role);
    await ada.takes(club, bo, role);
    await bo.sees('member.updated', (d) => d.member.user.id === bo.id && !d.member.roles.includes(role.id));
    await ada.takes(club, bo, role);
    const seen = bo.gateway!.events().filter(({ t }) => t === 'member.updated').length;
    await bo.hears(await ada.says(club.general, 'sentinel'));
    assert.equal(bo.gateway!.events().filter(({ t }) => t === 'member.updated').length, seen);
    assert.equal(seen, 2);
  }),

  conformance(
    'MEM-1',
    'members come by their highest hoisted role, then by name, page by page',
    async ({ visitors }) => {
      const names = ['Zoe', 'adam', 'Bea', 'cara', 'Dan', 'Eve'] as const;
      const [owner, ...others] = await visitors('Owner', ...names);
      const club = await owner.founds('Tea club');
      for (const person of others) await owner.invites(person);
      const [high, low, plain] = await Promise.all([
        owner.makesRole(club, 'high', { rank: 9, hoist: true }),
        owner.makesRole(club, 'low', { rank: 2, hoist: true }),
        owner.makesRole(club, 'plain', { rank: 20 }),
      ]);
      const [zoe, adam, bea, , dan] = others;
      await owner.gives(club, zoe!, low);
      await owner.gives(club, zoe!, plain);
      await owner.gives(club, dan!, high);
      await owner.gives(club, bea!, high);
      await owner.gives(club, adam!, plain);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const query = { limit: 2, ...(after === undefined ? {} : { after }) };
        const page = await owner.asks(listMembers, { params: { space: club.space }, query });
        assert.ok(page.members.length <= 2);
        seen.push(...page.members.map(({ user }) => user.display_name));
        after = page.next ?? undefined;
      } while (after !== undefined);
      assert.deepEqual(seen, ['Bea', 'Dan', 'Zoe', 'adam', 'cara', 'Eve', 'Owner']);
      const found = await owner.asks(listMembers, { params: { space: club.space }, query: { query: 'be' } });
      assert.deepEqual(
        found.members.map(({ user }) => user.display_name),
        ['Bea'],
      );
      const withRole = await owner.asks(listMembers, { params: { space: club.space }, query: { role: plain.id } });
      assert.deepEqual(
        withRole.members.map(({ user }) => user.display_name),
        ['Zoe', 'adam'],
      );
    },
  ),

  conformance(
    ['MEM-1', 'API-9'],
    'pages leave out and repeat nobody while others come and go',
    async ({ visitors }) => {
      const names = ['a', 'c', 'e', 'g', 'i', 'k'] as const;
      const [owner, ...staying] = await visitors('z owner', ...names);
      const [early, late] = await visitors('aa', 'j');
      const club = await owner.founds('Tea club');
      for (const person of [...staying, early]) await owner.invites(person);
      const seen: string[] = [];
      let next: string | null = null;
      do {
        const query: { limit: number; after?: string } = { limit: 2, ...(next === null ? {} : { after: next }) };
        const page: { members: { user: { id: string } }[]; next: string | null } = await owner.asks(listMembers, {
          params: { space: club.space },
          query,
        });
        seen.push(...page.members.map(({ user }) => user.id));
        next = page.next;
        if (seen.length === 2) await early.leaves(club);
        if (seen.length === 4) await owner.invites(late, club);
      } while (next !== null);
      for (const { id } of [owner, ...staying]) assert.equal(seen.filter((one) => one === id).length, 1);
      assert.equal(new Set(seen).size, seen.length);
    },
  ),

  conformance('API-9', 'a cursor that is none is refused', async ({ visitors }) => {
    const [ada] = await visitors('Ada');
    const { space } = await ada.founds('Tea club');
    for (const endpoint of [listMembers, listBans, listAudit]) {
      for (const after of ['x', 'bm90IGEgY3Vyc29y', '[1]', 'WyJhIiwxLHt9XQ', 'bnVsbA']) {
        await ada.isRefused('invalid_query', endpoint, { params: { space }, query: { after } });
      }
      await ada.isRefused('invalid_query', endpoint, { params: { space }, query: { limit: 101 } });
      await ada.isRefused('invalid_query', endpoint, { params: { space }, query: { limit: 0 } });
      await ada.isRefused('invalid_query', endpoint, { params: { space }, query: { unknown: 1 } });
    }
  }),

  conformance('MEM-2', 'a nick name is set and removed, and told', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const { space } = await ada.founds('Tea club');
    await ada.invites(bo);
    await bo.asks(updateMember, { params: { space, user: bo.id }, body: { nick: 'Captain' } });
    await ada.sees('member.updated', (d) => d.member.nick === 'Captain');
    await bo.isRefused('missing_permission', updateMember, {
      params: { space, user: ada.id },
      body: { nick: 'Deck hand' },
    });
    await ada.asks(updateMember, { params: { space, user: bo.id }, body: { nick: null } });
    const member = await bo.asks(getMember, { params: { space, user: bo.id } });
    assert.equal(member.nick, null);
  }),
];
