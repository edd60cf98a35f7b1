import assert from 'node:assert/strict';
import {
  getMember,
  listAudit,
  listBans,
  listMembers,
  updateMember,
} from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { conformance } from '../case.ts';

export const memberCases = [
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
