import assert from 'node:assert/strict';
import { register } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createInvite, joinByInvite, listInvites } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { getServer } from '@folkmoot/protocol-spec/schemas/client/server.ts';
import { createSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { conformance } from '../case.ts';
import { goodPassword, newHandle } from '../people.ts';
import type { Target } from '../target.ts';
import { Visitor, type VisitorParts } from '../visitor.ts';

const needs = ['withRegistration'] as const;
const account = () => ({ handle: newHandle('ada'), password: goodPassword });

/** The first admin, by the set-up link, which works once and whatever the registration is. */
async function setsUp(target: Target, setUpToken: string, parts: VisitorParts): Promise<Visitor> {
  const visitor = new Visitor({ ...parts, url: target.url });
  assert.equal((await visitor.asks(getServer)).set_up, false);
  const { account: admin, token } = await visitor.asks(register, { body: { ...account(), set_up: setUpToken } });
  assert.equal(admin.admin, true);
  assert.equal((await visitor.asks(getServer)).set_up, true);
  await visitor.isRefused('invite_gone', register, { body: { ...account(), set_up: setUpToken } });
  return new Visitor(visitor.parts, token);
}

export const registrationCases = [
  conformance(
    ['ACC-1', 'API-1'],
    'where accounts are by invite only one needs an invite that works',
    async ({ target, rules, signal }) => {
      const { target: other, setUpToken } = await target.withRegistration('invite');
      const admin = await setsUp(other, setUpToken, { url: other.url, rules, signal });
      const visitor = new Visitor(admin.parts);
      assert.equal((await visitor.asks(getServer)).registration, 'invite');
      await visitor.isRefused('invite_required', register, { body: account() });
      await visitor.isRefused('invite_gone', register, { body: { ...account(), invite: 'A'.repeat(22) } });
      const { id: space } = await admin.asks(createSpace, { body: { name: 'Tea club' } });
      const { code } = await admin.asks(createInvite, { params: { space }, body: { max_uses: 1 } });
      const { token } = await visitor.asks(register, { body: { ...account(), invite: code } });
      const { invites } = await admin.asks(listInvites, { params: { space } });
      assert.deepEqual(
        invites.map(({ uses }) => uses),
        [0],
      );
      const { member_count } = await new Visitor(admin.parts, token).asks(joinByInvite, { params: { code } });
      assert.equal(member_count, 2);
      await visitor.isRefused('invite_gone', register, { body: { ...account(), invite: code } });
    },
    { needs },
  ),

  conformance(
    ['ACC-1', 'API-1'],
    'a closed homeserver takes nobody but the first admin',
    async ({ target, rules, signal }) => {
      const { target: other, setUpToken } = await target.withRegistration('closed');
      const admin = await setsUp(other, setUpToken, { url: other.url, rules, signal });
      const visitor = new Visitor(admin.parts);
      assert.equal((await visitor.asks(getServer)).registration, 'closed');
      const { id: space } = await admin.asks(createSpace, { body: { name: 'Tea club' } });
      const { code } = await admin.asks(createInvite, { params: { space }, body: {} });
      for (const invite of [{}, { invite: code }]) {
        await visitor.isRefused('registration_closed', register, { body: { ...account(), ...invite } });
      }
    },
    { needs },
  ),
];
