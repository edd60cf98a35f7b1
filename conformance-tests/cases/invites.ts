import assert from 'node:assert/strict';
import * as invites from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { conformance } from '../case.ts';
import { countsOf, looksOf } from '../expect.ts';
import type { Person } from '../person.ts';
import { Visitor } from '../visitor.ts';

const day = 86_400_000;
const noCode = 'A'.repeat(22);

export const inviteCases = [
  conformance(
    'INV-1',
    'an invite shows its code once and works for seven days where nothing else is said',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const { space } = await ada.founds('Tea club');
      await ada.invites(bo);
      const begin = Date.now();
      const { code, url, invite } = await ada.asks(invites.createInvite, { params: { space }, body: {} });
      assert.ok(url.includes(code));
      assert.equal(invite.max_uses, null);
      const ends = (invite.expires ?? 0) - 7 * day;
      assert.ok(ends > begin - 60_000 && ends < Date.now() + 60_000, `${ends - begin} ms more than a week`);
      const listed = await ada.tries(invites.listInvites, { params: { space } });
      assert.ok(listed.text.includes(invite.id) && !listed.text.includes(code));
      const seen = await ada.sees('invite.created', (d) => d.invite.id === invite.id);
      assert.ok(!JSON.stringify(seen).includes(code));
      await bo.seesNothingOf(
        (event) => event.t === 'invite.created',
        async () =>
          ada.says((await ada.opens({ space })).channels.map(({ id }) => ({ space, channel: id }))[0]!, 'sentinel'),
      );
      const endless = await ada.asks(invites.createInvite, {
        params: { space },
        body: { expires_in: null, max_uses: null },
      });
      assert.equal(endless.invite.expires, null);
    },
  ),

  conformance(
    'INV-2',
    'one sees and revokes the own invites, and all of them with the right to',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const { space } = club;
      const own = (await bo.asks(invites.createInvite, { params: { space }, body: {} })).invite;
      const hers = (await ada.asks(invites.createInvite, { params: { space }, body: {} })).invite;
      const idsOf = async (person: typeof ada) =>
        (await person.asks(invites.listInvites, { params: { space } })).invites.map(({ id }) => id);
      assert.deepEqual(await idsOf(bo), [own.id]);
      assert.ok((await idsOf(ada)).includes(own.id));
      await bo.isRefused('missing_permission', invites.revokeInvite, { params: { space, invite: hers.id } });
      await ada.asks(invites.revokeInvite, { params: { space, invite: own.id } });
      await ada.sees('invite.revoked', (d) => d.invite === own.id);
      assert.deepEqual(await idsOf(bo), []);
      await bo.isRefused('not_found', invites.revokeInvite, { params: { space, invite: own.id } });
    },
  ),

  conformance(
    ['INV-3', 'INV-4'],
    'an invite that does not work any more looks like one that never was',
    async ({ people }) => {
      const [ada, bo, cy] = await people('Ada', 'Bo', 'Cy');
      const club = await ada.founds('Tea club');
      const visitor = new Visitor(ada.parts);
      const once = await ada.makesInvite(club, { max_uses: 1 });
      const preview = await visitor.asks(invites.previewInvite, { params: { code: once } });
      assert.deepEqual([preview.space.name, preview.space.member_count, preview.member], ['Tea club', 1, false]);
      await bo.joins(once);
      const { code, invite } = await ada.asks(invites.createInvite, { params: { space: club.space }, body: {} });
      await ada.asks(invites.revokeInvite, { params: { space: club.space, invite: invite.id } });
      const never = await visitor.tries(invites.previewInvite, { params: { code: noCode } });
      assert.equal(never.status, 404);
      for (const gone of [once, code]) {
        assert.equal(looksOf(await visitor.tries(invites.previewInvite, { params: { code: gone } })), looksOf(never));
        await cy.isRefused('invite_gone', invites.joinByInvite, { params: { code: gone } });
      }
    },
  ),

  conformance('INV-4', 'a member who joins again gets the community and uses nothing up', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    const code = await ada.makesInvite(club, { max_uses: 2 });
    for (let i = 0; i < 3; i++) await bo.joins(code);
    await ada.joins(code);
    const { invites: listed } = await ada.asks(invites.listInvites, { params: { space: club.space } });
    assert.deepEqual(
      listed.map(({ uses }) => uses),
      [1],
    );
    assert.equal((await ada.opens(club)).member_count, 2);
  }),

  conformance('INV-4', 'ten uses are ten uses, however many come at once (C40)', async ({ visitors }) => {
    const names = Array.from({ length: 20 }, (_, i) => `Guest ${i}`);
    const [ada, ...guests] = await visitors('Ada', ...names);
    const club = await ada!.founds('Tea club');
    const code = await ada!.makesInvite(club, { max_uses: 10 });
    const answers = await Promise.all(
      guests.flatMap((guest) => [1, 2].map(() => guest.tries(invites.joinByInvite, { params: { code } }))),
    );
    const statuses = countsOf(answers.map(({ status }) => status));
    assert.deepEqual(Object.keys(statuses).sort(), ['200', '410']);
    assert.equal((await ada!.opens(club)).member_count, 11);
  }),

  conformance('INV-4', 'an invite gives its role, and the banned get in by none', async ({ people }) => {
    const [ada, bo, eve] = await people('Ada', 'Bo', 'Eve');
    const club = await ada.founds('Tea club');
    const role = await ada.makesRole(club, 'guests', { permissions: ['mention.everyone'] });
    const code = await ada.makesInvite(club, { role: role.id });
    await bo.joins(code);
    assert.deepEqual((await bo.opens(club)).me.roles, [role.id]);
    await ada.sees('member.joined', (d) => d.member.user.id === bo.id && d.member.roles.includes(role.id));
    await ada.bans(club, eve);
    for (const other of [code, await ada.makesInvite(club)]) {
      await eve.isRefused('banned', invites.joinByInvite, { params: { code: other } });
    }
  }),

  conformance('INV-5', 'what was said before somebody came is not unread', async ({ people }) => {
    const [ada, bo] = await people('Ada', 'Bo');
    const club = await ada.founds('Tea club');
    await ada.says(club.general, 'one');
    const last = await ada.says(club.general, 'two');
    await bo.joins(await ada.makesInvite(club));
    const [channel] = (await bo.opens(club)).channels;
    assert.deepEqual(channel?.view, { last: last.id, read: last.id, unread: 0, mentions: 0 });
  }),

  conformance(
    ['INV-6', 'PERM-6', 'PERM-7'],
    'an invite gives no role that its maker could not give',
    async ({ people }) => {
      const [ada, mod, bo] = await people('Ada', 'Mod', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(mod);
      await ada.invites(bo);
      const high = await ada.makesRole(club, 'high', { rank: 50 });
      const strong = await ada.makesRole(club, 'strong', { rank: 1, permissions: ['member.ban'] });
      const low = await ada.makesRole(club, 'low', { rank: 1 });
      const mods = await ada.makesRole(club, 'mods', { rank: 10, permissions: ['role.manage'] });
      await ada.gives(club, mod, mods);
      const params = { space: club.space };
      await mod.isRefused('rank_too_low', invites.createInvite, { params, body: { role: high.id } });
      await mod.isRefused('rank_too_low', invites.createInvite, { params, body: { role: mods.id } });
      await mod.isRefused('missing_permission', invites.createInvite, { params, body: { role: strong.id } });
      await bo.isRefused('missing_permission', invites.createInvite, { params, body: { role: low.id } });
      await mod.asks(invites.createInvite, { params, body: { role: low.id } });
    },
  ),

  conformance(
    ['INV-6', 'INV-4'],
    'an invite whose maker lost the right to its role works without it',
    async ({ people }) => {
      const [owner, mod, first, second, third] = await people('owner', 'mod', 'first', 'second', 'third');
      const club = await owner.founds('Tea club');
      await owner.invites(mod);
      const low = await owner.makesRole(club, 'low');
      const mods = await owner.makesRole(club, 'mods', { rank: 10, permissions: ['role.manage'] });
      await owner.gives(club, mod, mods);
      const code = await mod.makesInvite(club, { role: low.id });
      const rolesOf = async (guest: Person) => {
        await guest.joins(code);
        return (await guest.opens(club)).me.roles;
      };
      assert.deepEqual(await rolesOf(first), [low.id]);
      await owner.takes(club, mod, mods);
      assert.deepEqual(await rolesOf(second), []);
      await owner.gives(club, mod, mods);
      await owner.kicks(club, mod);
      assert.deepEqual(await rolesOf(third), []);
    },
  ),

  conformance(
    ['INV-1', 'INV-4'],
    'an invite ends at its time',
    async ({ visitors, target }) => {
      const [ada] = await visitors('Ada');
      const code = await ada.makesInvite(await ada.founds('Tea club'), { expires_in: 3_600 });
      await target.advanceClock(3_500_000);
      const [early] = await visitors('Early');
      await early.joins(code);
      await target.advanceClock(101_000);
      const [late] = await visitors('Late');
      await late.isRefused('invite_gone', invites.joinByInvite, { params: { code } });
      await late.isRefused('not_found', invites.previewInvite, { params: { code } });
    },
    { needs: ['advanceClock'] },
  ),
];
