import assert from 'node:assert/strict';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { getSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { createInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { conformance } from '../case.ts';
import type { Person } from '../person.ts';
import { eventually } from '../waiting.ts';

export const moderationCases = [
  conformance(
    ['MOD-1', 'GW-9', 'GW-17'],
    'whoever is kicked is out at once, hears no more and may come back',
    async ({ people }) => {
      const [owner, member, other] = await people('owner', 'member', 'other');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      await owner.invites(other);
      const own = await member.founds('Own club');
      await owner.kicks(club, member);
      await member.sees('space.left', (d) => d.space === club.space && d.reason === 'kicked');
      await other.sees('member.left', (d) => d.user === member.id);
      const after = await owner.says(club.general, 'he is out');
      await other.hears(after);
      await member.seesNothingWith('he is out', () => member.says(own.general, 'sentinel'));
      await member.isRefused('not_found', getSpace, { params: { space: club.space } });
      await owner.invites(member, club);
      await owner.hears(await member.says(club.general, 'back again'));
    },
  ),

  conformance(['MOD-3', 'MOD-5'], 'a ban keeps somebody out with its reason, and is lifted', async ({ people }) => {
    const [owner, member, stranger] = await people('owner', 'member', 'stranger');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const params = { space: club.space };
    await owner.bans(club, member, { reason: 'first reason' });
    await owner.sees('ban.added', (d) => d.ban.user.id === member.id && d.ban.reason === 'first reason');
    await member.sees('space.left', (d) => d.reason === 'banned');
    await owner.bans(club, member, { reason: 'better reason' });
    await owner.bans(club, stranger, { reason: 'before he comes' });
    const { bans } = await owner.asks(members.listBans, { params });
    assert.equal(bans.length, 2);
    assert.deepEqual(
      new Map(bans.map(({ user, reason }) => [user.id, reason])),
      new Map([
        [stranger.id, 'before he comes'],
        [member.id, 'better reason'],
      ]),
    );
    const own = await member.founds('Own club');
    for (const reason of ['first reason', 'better reason'])
      await member.seesNothingWith(reason, () => member.says(own.general, `sentinel ${reason.length}`));
    await owner.asks(members.unbanUser, { params: { ...params, user: member.id } });
    await owner.sees('ban.removed', (d) => d.user === member.id);
    await owner.isRefused('not_found', members.unbanUser, { params: { ...params, user: member.id } });
    await owner.invites(member, club);
  }),

  conformance(['MOD-3', 'API-9'], 'bans come page by page, the newest first', async ({ visitors }) => {
    const [owner, ...others] = await visitors('owner', 'a', 'b', 'c', 'd', 'e', 'f', 'g');
    const club = await owner.founds('Tea club');
    await Promise.all(others.map((person) => owner.bans(club, person)));
    const params = { space: club.space };
    const all = (await owner.asks(members.listBans, { params })).bans;
    assert.equal(all.length, others.length);
    assert.ok(all.every(({ ts }, i) => i === 0 || ts <= all[i - 1]!.ts));
    const pages: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await owner.asks(members.listBans, { params, query: { limit: 3, ...(after ? { after } : {}) } });
      pages.push(...page.bans.map(({ user }) => user.id));
      more = page.next !== null;
      after = page.next ?? undefined;
    }
    assert.deepEqual(
      pages,
      all.map(({ user }) => user.id),
    );
  }),

  conformance(['MOD-3', 'MSG-4'], 'a ban takes back what was written lately', async ({ people }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const plans = await owner.makesChannel(club, 'plans');
    const rude = [await member.says(club.general, 'rude'), await member.says(plans, 'ruder')];
    const fine = await owner.says(club.general, 'fine');
    await owner.bans(club, member, { purge_seconds: 3_600 });
    for (const { id, channel } of rude) {
      await owner.sees('message.deleted', (d) => d.channel === channel && d.messages.includes(id));
    }
    assert.deepEqual(
      (await owner.reads(club.general)).messages.map(({ id }) => id),
      [fine.id],
    );
    assert.deepEqual((await owner.reads(plans)).messages, []);
  }),

  conformance('MOD-3', 'a purge does not reach where the moderator has no say', async ({ people }) => {
    const [owner, mod, member] = await people('owner', 'mod', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(mod);
    await owner.invites(member);
    const role = await owner.makesRole(club, 'mods', { rank: 5, permissions: ['member.ban', 'message.manage'] });
    await owner.gives(club, mod, role);
    const hidden = await owner.makesChannel(club, 'hidden', { private: true });
    await owner.overrides(hidden, member.id, { allow: ['channel.view'] });
    const kept = await member.says(hidden, 'kept');
    const gone = await member.says(club.general, 'gone');
    await mod.bans(club, member, { purge_seconds: 3_600 });
    await owner.sees('message.deleted', (d) => d.messages.includes(gone.id) && d.channel === club.general.channel);
    assert.deepEqual(
      (await owner.reads(hidden)).messages.map(({ id }) => id),
      [kept.id],
    );
  }),

  conformance(
    ['MOD-2', 'PERM-9', 'PERM-2'],
    'a timeout stops one from writing, reacting and inviting, and not from reading',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const sent = await owner.says(club.general, 'hello');
      const own = await member.says(club.general, 'own');
      const until = Date.now() + 3_600_000;
      await owner.timesOut(club, member, until);
      await member.sees('member.updated', (d) => d.member.timeout === until);
      const place = { ...club.general };
      const deeds = [
        [messages.sendMessage, { params: place, body: { content: 'no' } }],
        [messages.editMessage, { params: { ...place, message: own.id }, body: { content: 'no' } }],
        [messages.addReaction, { params: { ...place, message: sent.id, emoji: '👍' } }],
        [messages.startTyping, { params: place }],
        [createInvite, { params: { space: club.space }, body: {} }],
        [members.updateMember, { params: { space: club.space, user: member.id }, body: { nick: 'no' } }],
      ] as const;
      for (const [endpoint, options] of deeds) {
        const error = await member.isRefused('timed_out', endpoint, options);
        assert.equal(error.details?.['until'], until);
      }
      assert.equal((await member.reads(club.general)).messages.length, 2);
      await owner.timesOut(club, member, null);
      await member.says(club.general, 'thanks');
    },
  ),

  conformance(['MOD-2', 'LIM-1'], 'a timeout has its bounds and ends by itself', async ({ people, signal }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const params = { space: club.space, user: member.id };
    for (const until of [1, Date.now() - 1_000, Date.now() + 28 * 86_400_000 + 3_600_000]) {
      await owner.isRefused('invalid_body', members.timeOutMember, { params, body: { until } });
    }
    await owner.timesOut(club, member, Date.now() + 28 * 86_400_000 - 3_600_000);
    const body = { content: 'at last' };
    const says = async () =>
      (await member.tries(messages.sendMessage, { params: { ...club.general }, body })).status === 201;
    await member.isRefused('timed_out', messages.sendMessage, { params: { ...club.general }, body });
    // One of them is longer than two requests take here.
    let isRefused = false;
    for (let ms = 1_000; !isRefused && !signal.aborted; ms *= 2) {
      const { status } = await owner.tries(members.timeOutMember, { params, body: { until: Date.now() + ms } });
      isRefused = status === 200 && !(await says());
    }
    await eventually(signal, says, 'the timeout is over');
  }),

  conformance('PERM-8', 'nobody moderates those beside or above them, and nobody the owner', async ({ people }) => {
    const [owner, mod, peer] = await people('owner', 'mod', 'peer');
    const club = await owner.founds('Tea club');
    await owner.invites(mod);
    await owner.invites(peer);
    const all = ['member.kick', 'member.ban', 'member.timeout', 'nick.manage', 'role.manage'] as const;
    const role = await owner.makesRole(club, 'mods', { rank: 5, permissions: [...all] });
    const low = await owner.makesRole(club, 'low', { rank: 1 });
    await owner.gives(club, mod, role);
    await owner.gives(club, peer, role);
    for (const victim of [peer, owner] as Person[]) {
      const params = { space: club.space, user: victim.id };
      await mod.isRefused('rank_too_low', members.kickMember, { params, body: {} });
      await mod.isRefused('rank_too_low', members.banUser, { params, body: {} });
      await mod.isRefused('rank_too_low', members.timeOutMember, { params, body: { until: Date.now() + 60_000 } });
      await mod.isRefused('rank_too_low', members.updateMember, { params, body: { nick: 'Loser' } });
      await mod.isRefused('rank_too_low', giveRole, { params: { ...params, role: low.id } });
    }
    const own = { space: club.space, user: mod.id };
    await mod.isRefused('rank_too_low', members.kickMember, { params: own, body: {} });
    await mod.isRefused('rank_too_low', members.banUser, { params: own, body: {} });
    await mod.isRefused('rank_too_low', members.timeOutMember, { params: own, body: { until: null } });
    await mod.gives(club, mod, low);
    assert.equal((await owner.opens(club)).member_count, 3);
  }),
];
