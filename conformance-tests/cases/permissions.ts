import assert from 'node:assert/strict';
import vectors from '@folkmoot/protocol-spec/vectors/permissions.json' with { type: 'json' };
import { updateRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { explainPermission } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { type Permission, permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { compareRoles } from '@folkmoot/protocol-spec/client/order.ts';
import { conformance } from '../case.ts';
import type { Person } from '../person.ts';

interface Vector {
  name: string;
  question: {
    owner: string;
    kind?: string;
    roles: { id: string; name: string; rank: number; permissions: string[] }[];
    member: { user: string; roles: string[]; timeout?: number | null; grant?: unknown };
    overrides?: { target: string; allow: string[]; deny: string[] }[];
    now: number;
  };
  expect: Record<string, { allowed: boolean; by: string; source?: string }>;
}

const isKnown = (name: string) => (permissionNames as readonly string[]).includes(name);

/** Those of people whose state can be brought about by the API: known names, roles in their order, overrides of those who are there. */
function isPlayable({ question: { kind = 'community', roles, overrides = [], member, owner } }: Vector): boolean {
  const names = [
    ...roles.flatMap(({ permissions }) => permissions),
    ...overrides.flatMap(({ allow, deny }) => [...allow, ...deny]),
  ];
  const targets = new Set([...roles.map(({ id }) => id), member.user, owner]);
  return (
    kind === 'community' &&
    member.grant === undefined &&
    names.every(isKnown) &&
    roles.some(({ id }) => id === 'everyone') &&
    roles.every((role, i) => i === 0 || compareRoles(roles[i - 1]!, role) <= 0) &&
    member.roles.every((id) => roles.some((role) => role.id === id)) &&
    overrides.every(({ target }) => targets.has(target)) &&
    new Set(overrides.map(({ target }) => target)).size === overrides.length
  );
}

/** Brings the state of a vector about, asks, and compares every permission that it names. */
async function plays({ name, question, expect }: Vector, owner: Person, member: Person): Promise<void> {
  const club = await owner.founds(name.slice(0, 64));
  const ids = new Map([
    ['everyone', 'everyone'],
    [question.owner, owner.id],
  ]);
  if (question.member.user !== question.owner) ids.set(question.member.user, member.id);
  const asked = ids.get(question.member.user)!;
  if (asked === member.id) await owner.invites(member);
  for (const { id, name: title, rank, permissions } of question.roles) {
    const rights = permissions as Permission[];
    if (id === 'everyone') {
      await owner.asks(updateRole, { params: { space: club.space, role: id }, body: { permissions: rights } });
    } else ids.set(id, (await owner.makesRole(club, title, { rank, permissions: rights })).id);
  }
  const holder = asked === member.id ? member : owner;
  const held = question.member.roles.filter((role) => role !== 'everyone');
  for (const role of held) await owner.gives(club, holder, { id: ids.get(role)! });
  for (const { target, allow, deny } of question.overrides ?? []) {
    await owner.overrides(club.general, ids.get(target)!, { allow: allow as Permission[], deny: deny as Permission[] });
  }
  const { timeout } = question.member;
  if (timeout && timeout > question.now && holder === member)
    await owner.timesOut(club, member, Date.now() + 3_600_000);
  const { permissions } = await owner.asks(explainPermission, {
    params: { space: club.space },
    query: { user: asked, ...(question.overrides ? { channel: club.general.channel } : {}) },
  });
  for (const [permission, { allowed, by, source }] of Object.entries(expect).filter(([key]) => isKnown(key))) {
    const answer = permissions.find((one) => one.permission === permission);
    const expected = { allowed, by, ...(source ? { source: ids.get(source) } : {}) };
    const got = answer && { allowed: answer.allowed, by: answer.by, ...(source ? { source: answer.source } : {}) };
    assert.deepEqual(got, expected, `${name}: ${permission}`);
  }
  assert.deepEqual(permissions.map((one) => one.permission).sort(), [...permissionNames].sort());
}

export const permissionCases = [
  conformance(['PERM-2', 'PERM-3', 'PERM-4'], 'the vectors hold on the wire', async ({ visitors }) => {
    const cases = (vectors.cases as unknown as Vector[]).filter(isPlayable);
    const pairs = await Promise.all([1, 2, 3].map(() => visitors('owner', 'member')));
    assert.ok(cases.length > vectors.cases.length / 2, `only ${cases.length} can be played`);
    await Promise.all(
      pairs.map(async ([owner, member]) => {
        for (let next = cases.shift(); next; next = cases.shift()) await plays(next, owner, member);
      }),
    );
  }),

  conformance(
    'PERM-4',
    'one may ask about oneself, and about others with the right to manage roles',
    async ({ visitors }) => {
      const [owner, member] = await visitors('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const params = { space: club.space };
      const secret = await owner.makesChannel(club, 'secret', { private: true });
      const own = await member.asks(explainPermission, { params });
      assert.equal(own.permissions.length, permissionNames.length);
      const view = own.permissions.find(({ permission }) => permission === 'channel.view');
      assert.deepEqual([view?.by, view?.source, view?.source_name], ['role', 'everyone', 'everyone']);
      await member.isRefused('missing_permission', explainPermission, { params, query: { user: owner.id } });
      await member.isRefused('not_found', explainPermission, { params, query: { channel: secret.channel } });
      const role = await owner.makesRole(club, 'hr', { permissions: ['role.manage'] });
      await owner.gives(club, member, role);
      const { permissions } = await member.asks(explainPermission, { params, query: { user: owner.id } });
      assert.ok(permissions.every(({ allowed, by }) => allowed && by === 'owner'));
      await member.isRefused('not_found', explainPermission, { params, query: { user: `u_${'a'.repeat(32)}` } });
    },
  ),

  conformance(
    ['PERM-2', 'GW-9', 'MSG-3'],
    'a right that is lost is lost at once, at every place',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const own = await member.says(club.general, 'mine');
      await owner.reacts(own, '👍');
      const everyone = { params: { space: club.space, role: 'everyone' } };
      await owner.asks(updateRole, { ...everyone, body: { permissions: ['channel.view', 'message.history'] } });
      const at = { ...club.general, message: own.id };
      const lost = [
        [messages.sendMessage, { params: at, body: { content: 'no' } }],
        [messages.editMessage, { params: at, body: { content: 'no' } }],
        [messages.addReaction, { params: { ...at, emoji: '👍' } }],
        [messages.startTyping, { params: at }],
      ] as const;
      for (const [endpoint, options] of lost) await member.isRefused('missing_permission', endpoint, options);
      await owner.asks(updateRole, { ...everyone, body: { permissions: ['channel.view'] } });
      await member.isRefused('missing_permission', messages.listMessages, { params: at });
      await owner.asks(updateRole, { ...everyone, body: { permissions: ['message.history', 'message.send'] } });
      for (const [endpoint, options] of lost) await member.isRefused('not_found', endpoint, options);
      for (const endpoint of [messages.listMessages, messages.getMessage, messages.listPins, messages.deleteMessage]) {
        await member.isRefused('not_found', endpoint, { params: at });
      }
      await member.sees('channel.deleted', (d) => d.channel === club.general.channel);
      const elsewhere = await member.founds('Own club');
      await owner.says(club.general, 'he must not hear this');
      await member.seesNothingWith('he must not hear this', () => member.says(elsewhere.general, 'sentinel'));
    },
  ),

  conformance(
    ['PERM-10', 'GW-9'],
    'in the middle of much talk nothing comes after the right to see it went',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      const role = await owner.makesRole(club, 'guests');
      const place = await owner.makesChannel(club, 'talk', { private: true });
      await owner.overrides(place, role.id, { allow: ['channel.view'] });
      await owner.invites(member);
      for (let turn = 0; turn < 4; turn++) {
        await owner.gives(club, member, role);
        const talk = Array.from({ length: 60 }, () => owner.says(place, `turn ${turn}`));
        await talk[20];
        if (turn % 2 === 0) await owner.takes(club, member, role);
        else await owner.overrides(place, role.id, { deny: ['channel.view'] });
        const late = await owner.says(place, 'too late for you');
        await Promise.all(talk);
        await owner.overrides(place, role.id, { allow: ['channel.view'] });
        await owner.takes(club, member, role);
        await member.seesNothingOf(
          (event) => event.t === 'message.created' && event.d.message.id === late.id,
          () => owner.says(club.general, `sentinel ${turn}`),
        );
      }
      const inside: string[] = [];
      let visible = false;
      for (const event of member.gateway!.events()) {
        if (event.t === 'channel.created' && event.d.channel.id === place.channel) visible = true;
        if (event.t === 'channel.deleted' && event.d.channel === place.channel) visible = false;
        if (event.t === 'message.created' && event.d.message.channel === place.channel && !visible)
          inside.push(event.d.message.id);
      }
      assert.deepEqual(inside, [], 'messages of a channel that was not visible');
    },
  ),
];
