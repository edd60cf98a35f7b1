import assert from 'node:assert/strict';
import * as spaces from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { compareChannels, compareRoles, compareSpaces } from '@folkmoot/protocol-spec/client/order.ts';
import { getMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { conformance } from '../case.ts';
import { assertSame, looksOf } from '../expect.ts';

const noSpace = `s_${'a'.repeat(32)}`;

export const spaceCases = [
  conformance(['SPC-1', 'SPC-2'], 'whoever founds a community owns it and is in it', async ({ people }) => {
    const [ada] = await people('Ada');
    const club = await ada.founds('Tea club', 'community');
    const { space } = await ada.sees('space.joined', (d) => d.space.id === club.space);
    assert.equal(space.owner, ada.id);
    assert.equal(space.member_count, 1);
    assert.ok(space.roles.some((role) => role.name === 'Moderator'));
    assert.ok(space.channels.length > 5);
    assertSame(await ada.opens(club), space, 'what opens is what the gateway said');
    const { spaces: mine } = await ada.asks(spaces.listSpaces);
    assert.deepEqual(
      mine.map(({ id }) => id),
      [club.space],
    );
  }),

  conformance('SPC-7', 'roles, channels and spaces come in the same order for everybody', async ({ people }) => {
    const [ada] = await people('Ada');
    const club = await ada.founds('Tea club');
    await ada.founds('A second club');
    for (const [name, rank] of [
      ['b', 3],
      ['a', 3],
      ['é', 3],
      ['z', 9],
      ['A', 3],
    ] as const)
      await ada.makesRole(club, name, { rank });
    for (const [name, order] of [
      ['late', 9],
      ['early', 1],
      ['same', 1],
      ['first', 0],
    ] as const)
      await ada.makesChannel(club, name, { order });
    const { roles, channels } = await ada.opens(club);
    assertSame(roles, [...roles].sort(compareRoles), 'roles');
    assertSame(channels, [...channels].sort(compareChannels), 'channels');
    const fresh = await ada.watches();
    assertSame(fresh.state?.spaces, [...(fresh.state?.spaces ?? [])].sort(compareSpaces), 'spaces');
    assert.deepEqual(
      roles.map(({ name }) => name),
      ['z', 'A', 'a', 'b', 'é', 'everyone'],
    );
  }),

  conformance('SPC-3', 'a change of a community changes what it names and is told to members', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const { space } = await ada.founds('Tea club');
    await ada.invites(bo);
    await bo.isRefused('missing_permission', spaces.updateSpace, { params: { space }, body: { name: 'Bo was here' } });
    const after = await ada.asks(spaces.updateSpace, { params: { space }, body: { description: 'green and black' } });
    assert.equal(after.name, 'Tea club');
    await bo.sees('space.updated', (d) => d.space.description === 'green and black' && d.space.name === 'Tea club');
  }),

  conformance('SPC-4', 'the owner hands the community over, and nobody else does', async ({ people }) => {
    const [ada, bo, stranger] = await people('Ada', 'Bo', 'Stranger');
    const { space } = await ada.founds('Tea club');
    await ada.invites(bo);
    await bo.isRefused('owner_only', spaces.transferSpace, { params: { space }, body: { user: bo.id } });
    await ada.isRefused('not_found', spaces.transferSpace, { params: { space }, body: { user: stranger.id } });
    await ada.asks(spaces.transferSpace, { params: { space }, body: { user: bo.id } });
    await ada.sees('space.updated', (d) => d.space.owner === bo.id);
    await ada.isRefused('owner_only', spaces.transferSpace, { params: { space }, body: { user: ada.id } });
    await ada.isRefused('missing_permission', spaces.updateSpace, { params: { space }, body: { name: 'Mine again' } });
    await bo.asks(spaces.updateSpace, { params: { space }, body: { name: 'Coffee club' } });
    assert.deepEqual((await ada.opens({ space })).me.roles, []);
  }),

  conformance('SPC-5', 'a deleted community is for everybody as if it had never been', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.invites(bo);
    const code = await ada.makesInvite(club);
    const message = await ada.says(club.general, 'soon gone');
    const { space } = club;
    await bo.isRefused('owner_only', spaces.deleteSpace, { params: { space } });
    await ada.asks(spaces.deleteSpace, { params: { space } });
    for (const person of [ada, bo]) {
      await person.sees('space.left', (d) => d.space === space && d.reason === 'deleted');
      const gone = await person.tries(spaces.getSpace, { params: { space } });
      const never = await person.tries(spaces.getSpace, { params: { space: noSpace } });
      assert.equal(looksOf(gone), looksOf(never));
    }
    await ada.isRefused('not_found', getMessage, { params: { space, channel: message.channel, message: message.id } });
    await ada.isRefused('not_found', previewInvite, { params: { code } });
  }),

  conformance(
    'SPC-6',
    'who leaves and comes back has no nick name and roles any more, but the timeout still',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      await ada.isRefused('owner_cannot', spaces.leaveSpace, { params: { space: club.space } });
      const role = await ada.makesRole(club, 'friends');
      await ada.gives(club, bo, role);
      const message = await bo.says(club.general, 'here I am');
      await bo.asks(updateMember, { params: { space: club.space, user: bo.id }, body: { nick: 'Captain' } });
      const until = Date.now() + 3_600_000;
      await ada.timesOut(club, bo, until);
      await bo.leaves(club);
      await bo.sees('space.left', (d) => d.space === club.space && d.reason === 'left');
      await ada.sees('member.left', (d) => d.user === bo.id);
      await bo.isRefused('not_found', spaces.getSpace, { params: { space: club.space } });
      await bo.joins(await ada.makesInvite(club));
      const { me } = await bo.opens(club);
      assert.deepEqual([me.roles, me.nick, me.timeout], [[], null, until]);
      const { messages } = await bo.reads(club.general);
      assert.deepEqual(
        messages.map(({ id }) => id),
        [message.id],
      );
    },
  ),

  conformance('SPC-1', 'every template makes a community that one can talk in', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    for (const template of ['empty', 'friends', 'community', 'project'] as const) {
      const club = await ada.founds(template, template);
      const { channels, roles } = await ada.opens(club);
      const ids = new Set(channels.map(({ id }) => id));
      assert.ok(
        channels.every(({ parent }) => parent === null || ids.has(parent)),
        template,
      );
      const targets = new Set(roles.map(({ id }) => id));
      for (const { overrides } of channels)
        assert.ok(overrides.every(({ target }) => targets.has(target) || target === ada.id));
      await ada.invites(bo);
      const open = (await bo.opens(club)).channels.find(({ name, kind }) => kind === 'text' && name === 'general');
      assert.ok(open, template);
      await ada.hears(await bo.says({ space: club.space, channel: open.id }, 'hello'));
    }
  }),
];
