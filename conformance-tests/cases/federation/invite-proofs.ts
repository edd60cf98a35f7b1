import assert from 'node:assert/strict';
import { getMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { createRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { federated } from '../../federated-case.ts';
import { inviteIdOf, inviteKeyOf, shownInvite } from '../../puppet/invites.ts';
import { PuppetUser } from '../../puppet/puppet-user.ts';
import { streamPath } from './stream-path.ts';

interface LoggedInvite {
  intent: { body: { invite: string; key: string; role?: string | null } };
}

export const inviteProofCases = [
  federated(
    ['INV-7', 'INV-8'],
    'who reads the id of an invite in the log and does not know its code cannot take it, nor its role',
    async (scene) => {
      const [owner] = await scene.visitors('owner');
      const club = await owner.founds('Sealed');
      const reader = await scene.member(owner, club);
      const { puppet } = reader;
      const params = { space: club.space };
      const { id: role } = await owner.asks(createRole, {
        params,
        body: { name: 'Keeper', permissions: ['member.ban'] },
      });
      const code = await owner.makesInvite(club, { role });
      const { lines } = await puppet.gets(streamPath({ space: club.space, channel: '_' }, 'events'));
      const bodies = lines.map((line) => (JSON.parse(line) as { p?: LoggedInvite }).p?.intent.body);
      const { invite, key } = bodies.findLast((body) => body?.role === role)!;
      assert.equal(invite, inviteIdOf(code));
      assert.equal(key, inviteKeyOf(code));
      const [thief, friend] = [new PuppetUser(puppet, 'thief'), new PuppetUser(puppet, 'friend')];
      const shown = (more: object) =>
        thief.deed(club.space, '_', 'member.join', { invite, profile: thief.profile, ...more });
      await friend.joins(club.space, code);
      const wrong = [
        shown({}),
        shown(shownInvite(code, club.space, friend.id)),
        shown(shownInvite(code, `s_${'a'.repeat(32)}`, thief.id)),
        shown({ ...shownInvite('A'.repeat(22), club.space, thief.id), invite }),
      ];
      for (const intent of wrong) assert.deepEqual(await thief.refused(intent), [410, 'invite_gone']);
      const unreadable = await thief.refused(shown({ proof: 'x' }));
      assert.deepEqual(unreadable, [400, 'invalid_body']);
      await thief.joins(club.space, code);
      const { roles } = await owner.asks(getMember, { params: { ...params, user: thief.id } });
      assert.deepEqual(roles, [role]);
    },
  ),
];
