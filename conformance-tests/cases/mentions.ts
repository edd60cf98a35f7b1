import assert from 'node:assert/strict';
import { conformance } from '../case.ts';

export const mentionCases = [
  conformance('MSG-9', 'a mention counts where its author may', async ({ people }) => {
    const [owner, member, other, stranger] = await people('owner', 'member', 'other', 'stranger');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    await owner.invites(other);
    const open = await owner.makesRole(club, 'open', { mentionable: true });
    const closed = await owner.makesRole(club, 'closed');
    await owner.gives(club, other, open);
    await owner.gives(club, other, closed);
    const text = `<@${other.id}> <@${stranger.id}> <@&${open.id}> <@&${closed.id}> @everyone`;
    const byMember = await member.says(club.general, text);
    assert.deepEqual(byMember.mentions, { users: [other.id], roles: [open.id], everyone: false });
    const byOwner = await owner.says(club.general, text);
    assert.deepEqual(byOwner.mentions, { users: [other.id], roles: [open.id, closed.id], everyone: true });
  }),

  conformance(
    ['MSG-9', 'MSG-7'],
    'a message mentions a member once, and an edit changes no count',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const role = await owner.makesRole(club, 'role');
      await owner.gives(club, member, role);
      const sent = await owner.says(club.general, `<@${member.id}> <@&${role.id}> @everyone`);
      const plain = await owner.says(club.general, 'nothing');
      await owner.edits(plain, `<@${member.id}>`);
      await owner.edits(sent, 'nothing any more');
      const { view } = (await member.opens(club)).channels[0]!;
      assert.deepEqual([view.unread, view.mentions], [2, 1]);
      await member.marksRead(plain);
      assert.equal((await member.opens(club)).channels[0]!.view.mentions, 0);
    },
  ),

  conformance('MSG-9', 'a mention in code is none', async ({ people }) => {
    const [owner, member] = await people('owner', 'member');
    const club = await owner.founds('Tea club');
    await owner.invites(member);
    const inline = await owner.says(club.general, `\`<@${member.id}>\` and \`@everyone\``);
    const block = await owner.says(club.general, `\`\`\`\n<@${member.id}> @everyone\n\`\`\``);
    for (const { mentions } of [inline, block]) assert.deepEqual(mentions, { users: [], roles: [], everyone: false });
  }),

  conformance(
    ['GW-18', 'MSG-9'],
    'a role that comes or goes changes what counts as a mention, and it is said',
    async ({ people }) => {
      const [owner, member] = await people('owner', 'member');
      const club = await owner.founds('Tea club');
      await owner.invites(member);
      const role = await owner.makesRole(club, 'role', { mentionable: true });
      await owner.says(club.general, `<@&${role.id}>`);
      assert.equal((await member.opens(club)).channels[0]!.view.mentions, 0);
      await owner.gives(club, member, role);
      await member.sees('read.updated', (d) => d.view.mentions === 1);
      await owner.takes(club, member, role);
      await member.sees('read.updated', (d) => d.view.mentions === 0);
    },
  ),
];
