import assert from 'node:assert/strict';
import { getUser } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createInvite, joinByInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { openDirect } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { transferSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { conformance } from '../case.ts';
import { looksOf } from '../expect.ts';
import type { Community, Person } from '../person.ts';

export async function joinsUnlisted(owner: Person, { space }: Community, guest: Person): Promise<void> {
  const { code } = await owner.asks(createInvite, { params: { space }, body: {} });
  await guest.asks(joinByInvite, { params: { code }, body: { unlisted: true } });
}

const lists = async (viewer: Person, { space }: Community, who: Person) =>
  (await viewer.asks(members.listMembers, { params: { space } })).members.some(({ user }) => user.id === who.id);

export const unlistedCases = [
  conformance(['UNL-2', 'UNL-4'], 'an unlisted member is seen by moderators and counted by all', async ({ people }) => {
    const [owner, mod, reader, quiet] = await people('owner', 'mod', 'reader', 'quiet');
    const club = await owner.founds('Tea club');
    await owner.invites(mod);
    await owner.invites(reader);
    await owner.gives(club, mod, await owner.makesRole(club, 'guard', { rank: 9, permissions: ['member.kick'] }));
    await joinsUnlisted(owner, club, quiet);
    await mod.sees('member.joined', (d) => d.member.user.id === quiet.id && d.member.unlisted === true);
    await reader.sees('space.counted', (d) => d.space === club.space && d.by === 1);
    for (const viewer of [owner, mod, quiet]) assert.ok(await lists(viewer, club, quiet));
    assert.ok(!(await lists(reader, club, quiet)));
    assert.equal((await reader.opens(club)).member_count, 4);
    await quiet.leaves(club);
    await mod.sees('member.left', (d) => d.user === quiet.id);
    await reader.sees('space.counted', (d) => d.space === club.space && d.by === -1);
    assert.equal((await reader.opens(club)).member_count, 3);
    assert.ok(!JSON.stringify(reader.gateway!.events()).includes(quiet.id));
  }),

  conformance('UNL-2', 'who does not see an unlisted member is answered as about a stranger', async ({ visitors }) => {
    const [owner, reader, quiet, stranger] = await visitors('owner', 'reader', 'quiet', 'stranger');
    const club = await owner.founds('Tea club');
    await owner.invites(reader);
    await owner.gives(
      club,
      reader,
      await owner.makesRole(club, 'namer', { rank: 9, permissions: ['nick.manage', 'role.manage', 'member.timeout'] }),
    );
    await joinsUnlisted(owner, club, quiet);
    const answers = async ({ id }: Person) => {
      const params = { space: club.space, user: id };
      const until = Date.now() + 60_000;
      const given = [
        await reader.tries(members.getMember, { params }),
        await reader.tries(getUser, { params: { user: id } }),
        await reader.tries(members.updateMember, { params, body: { nick: 'x' } }),
        await reader.tries(members.timeOutMember, { params, body: { until } }),
      ];
      const { mentions } = await reader.says(club.general, `hello <@${id}>`);
      return [...given.map(looksOf), mentions];
    };
    assert.deepEqual(await answers(quiet), await answers(stranger));
  }),

  conformance(
    ['UNL-3'],
    'the first thing that an unlisted member does puts them on the lists, and a private channel does not',
    async ({ people }) => {
      const [owner, reader, quiet] = await people('owner', 'reader', 'quiet');
      const club = await owner.founds('Tea club');
      await owner.invites(reader);
      await joinsUnlisted(owner, club, quiet);
      const secret = await owner.makesChannel(club, 'backroom', { private: true });
      await owner.overrides(secret, quiet.id, { allow: ['channel.view', 'message.send'] });
      await quiet.says(secret, 'between us');
      await quiet.types(club.general);
      assert.ok(!(await lists(reader, club, quiet)));
      const said = await quiet.says(club.general, 'good morning');
      await reader.sees('message.created', (d) => d.message.id === said.id);
      const names = reader.gateway!.events().map(({ t }) => t);
      assert.ok(names.includes('member.updated'));
      assert.ok(names.indexOf('member.updated') < names.lastIndexOf('message.created'));
      assert.ok(!names.includes('typing.started') && !names.includes('member.joined'));
      assert.ok(await lists(reader, club, quiet));
      assert.equal((await quiet.opens(club)).me.unlisted, undefined);
    },
  ),

  conformance(['UNL-1', 'UNL-3', 'UNL-4'], 'everybody chooses for themselves, but an owner', async ({ people }) => {
    const [owner, reader, open] = await people('owner', 'reader', 'open');
    const club = await owner.founds('Tea club');
    await owner.invites(reader);
    await owner.invites(open);
    const params = { space: club.space, user: open.id };
    const { unlisted } = await open.asks(members.updateMember, { params, body: { unlisted: true } });
    assert.equal(unlisted, true);
    await reader.sees('member.unlisted', (d) => d.user === open.id);
    assert.ok(!(await lists(reader, club, open)));
    for (const [who, by] of [
      [owner, owner],
      [open, owner],
    ] as const) {
      const asked = { params: { space: club.space, user: who.id }, body: { unlisted: who === owner } };
      await by.isRefused('forbidden', members.updateMember, asked);
    }
    const dm = await owner.asks(openDirect, { body: { users: [reader.id] } }).catch(() => undefined);
    if (dm) {
      const asked = { params: { space: dm.id, user: owner.id }, body: { unlisted: true } };
      await owner.isRefused('forbidden', members.updateMember, asked);
    }
    await owner.asks(transferSpace, { params: { space: club.space }, body: { user: open.id } });
    assert.ok(await lists(reader, club, open));
  }),
];
