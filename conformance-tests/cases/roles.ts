import assert from 'node:assert/strict';
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
];
