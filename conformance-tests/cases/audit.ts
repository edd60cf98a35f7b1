import assert from 'node:assert/strict';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { conformance } from '../case.ts';

export const auditCases = [
  conformance(
    ['MOD-4', 'MOD-5'],
    'the audit log says who did what to whom and why, and no text of messages',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const params = { space: club.space };
      await member.isRefused('missing_permission', members.listAudit, { params });
      const role = await owner.makesRole(club, 'friends');
      await owner.gives(club, member, role);
      const sent = await member.says(club.general, 'very private words');
      await owner.pins(sent);
      await owner.deletes(sent);
      await owner.asks(members.kickMember, { params: { ...params, user: member.id }, body: { reason: 'too loud' } });
      const all = await owner.tries(members.listAudit, { params });
      assert.ok(!all.text.includes('very private words'));
      const { entries } = await owner.asks(members.listAudit, { params });
      assert.deepEqual(
        entries.slice(0, 5).map(({ type }) => type),
        ['member.kick', 'message.delete', 'pin.add', 'member.roles', 'role.create'],
      );
      const [kick] = entries;
      assert.deepEqual(
        [kick?.actor.id, kick?.target, kick?.target_name, kick?.reason],
        [owner.id, member.id, 'member', 'too loud'],
      );
      assert.ok(entries.every(({ type }) => type !== 'member.join' && type !== 'message.create'));
      const some = await owner.asks(members.listAudit, { params, query: { type: 'role.create', limit: 1 } });
      assert.deepEqual(
        some.entries.map(({ target }) => target),
        [role.id],
      );
      const about = await owner.asks(members.listAudit, { params, query: { target: member.id } });
      assert.ok(about.entries.length >= 3 && about.entries.every(({ target }) => target === member.id));
      const pages: string[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const page = await owner.asks(members.listAudit, { params, query: { limit: 2, ...(after ? { after } : {}) } });
        pages.push(...page.entries.map(({ id }) => id));
        more = page.next !== null;
        after = page.next ?? undefined;
      }
      assert.deepEqual(
        pages,
        entries.map(({ id }) => id),
      );
    },
  ),
];
