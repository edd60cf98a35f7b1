import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteAccount, getUser, updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, joinByInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import * as members from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { addReaction, sendMessage, startTyping } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { reportUser } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import { giveRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { explainPermission, leaveSpace, transferSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import {
  type Community,
  foundCommunity,
  newChannel,
  newRole,
  opens,
  refused,
  requireSnapshotsEqualEvents,
} from '../testing/community.ts';
import { engines } from '../testing/engines.ts';
import { password, type Person, person, talkOf } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';
import { Watcher } from '../testing/watching.ts';

async function joinsUnlisted(owner: Person, space: Space, who: Person): Promise<void> {
  const { code } = await owner.client.call(createInvite, { params: { space: space.id }, body: {} });
  await who.client.call(joinByInvite, { params: { code }, body: { unlisted: true } });
}

const listedFor = async (viewer: Person, space: Space): Promise<string[]> =>
  (await viewer.client.call(members.listMembers, { params: { space: space.id }, query: { limit: 100 } })).members.map(
    ({ user }) => user.id,
  );
const isListedFor = async (viewer: Person, space: Space, who: Person) =>
  (await listedFor(viewer, space)).includes(who.account.id);

for (const engine of engines) {
  test(`members who are on no list (${engine.name})`, async (t) => {
    const data = await engine.fresh(t);
    if (!data) return;
    await using server = await startHomeserver({
      folder: data.folder,
      ...(data.url ? { environment: { FOLKMOOT_DATABASE: data.url } } : {}),
    });
    const community = await foundCommunity(server.url);
    const { owner, moderator, member, space } = community;
    const params = (who: Person) => ({ space: space.id, user: who.account.id });
    const joins = async (of = space) => {
      const who = await person(server.url);
      await joinsUnlisted(owner, of, who);
      return who;
    };

    await t.test('[UNL-2] are seen by themselves and by who may moderate, and counted for all', async () => {
      using open = new DisposableStack();
      const watchers = new Map<Person, Watcher>();
      for (const who of [owner, moderator, member]) watchers.set(who, open.use(await Watcher.of(who)));
      const { member_count } = await opens(member, space);
      const hidden = await joins();
      for (const viewer of [owner, moderator, hidden]) assert.ok(await isListedFor(viewer, space, hidden));
      assert.ok(!(await isListedFor(member, space, hidden)));
      assert.equal((await opens(member, space)).member_count, member_count + 1);
      assert.equal((await opens(hidden, space)).me.unlisted, true);
      await watchers.get(moderator)!.sees('member.joined', (d) => d.member.user.id === hidden.account.id);
      await requireSnapshotsEqualEvents(community, watchers);
      assert.ok(!JSON.stringify(watchers.get(member)!.events).includes(hidden.account.id));
      await hidden.client.call(leaveSpace, { params: { space: space.id } });
      await watchers.get(moderator)!.sees('member.left', (d) => d.user === hidden.account.id);
      await requireSnapshotsEqualEvents(community, watchers);
      assert.ok(!JSON.stringify(watchers.get(member)!.events).includes(hidden.account.id));
    });

    await t.test('[UNL-2] another name, or that the account is gone, is told to those only who see them', async () => {
      using open = new DisposableStack();
      const [atModerator, atMember] = [open.use(await Watcher.of(moderator)), open.use(await Watcher.of(member))];
      const hidden = await joins();
      const { id } = hidden.account;
      await hidden.client.call(updateProfile, { body: { display_name: 'Mouse' } });
      await atModerator.sees('user.updated', ({ user }) => user.id === id && user.display_name === 'Mouse');
      await hidden.client.call(deleteAccount, { body: { password } });
      await atModerator.sees('user.updated', ({ user }) => user.id === id && user.handle === null);
      const said = await owner.says(space, 'after that');
      await atMember.seesMessage(said.id, said.channel);
      assert.ok(!JSON.stringify(atMember.events).includes(id));
    });

    await t.test('[UNL-2] whoever does not see them gets the same answers as for a stranger', async () => {
      const hidden = await joins();
      const stranger = await person(server.url);
      const answers = async (by: Person, about: Person) => [
        await refused(by.client.call(members.getMember, { params: params(about) })),
        await refused(by.client.call(getUser, { params: { user: about.account.id } })),
        await refused(by.client.call(members.updateMember, { params: params(about), body: { nick: 'x' } })),
        await refused(by.client.call(members.kickMember, { params: params(about), body: {} })),
        await refused(
          by.client.call(members.timeOutMember, { params: params(about), body: { until: Date.now() + 60_000 } }),
        ),
        await refused(
          by.client.call(explainPermission, { params: { space: space.id }, query: { user: about.account.id } }),
        ),
        await refused(
          by.client.call(reportUser, {
            params: { user: about.account.id },
            body: { reasons: ['spam'], text: '', space: space.id },
          }),
        ),
        (await by.says(space, `ask <@${about.account.id}>`)).mentions.users,
      ];
      assert.deepEqual(await answers(member, hidden), await answers(member, stranger));
      const painter = await newRole(owner, space, {
        name: 'Painter',
        rank: 20,
        permissions: ['role.manage', 'nick.manage', 'member.timeout', 'channel.manage'],
      });
      await owner.client.call(giveRole, { params: { ...params(member), role: painter.id } });
      const { channel } = talkOf(space);
      const more = async (about: Person) => [
        ...(await answers(member, about)),
        await refused(
          member.client.call(giveRole, { params: { ...params(about), role: (await lowRole(community)).id } }),
        ),
        await refused(
          member.client.call(setOverride, {
            params: { space: space.id, channel, target: about.account.id },
            body: { allow: [], deny: [] },
          }),
        ),
      ];
      assert.deepEqual(await more(hidden), await more(stranger));
      await owner.client.call(members.kickMember, { params: params(hidden), body: {} });
    });

    await t.test(
      '[UNL-3] what somebody does puts them on the lists, whatever it is; typing is told to nobody',
      async () => {
        const said = await owner.says(space, 'react to this');
        const acts: ((who: Person) => Promise<unknown>)[] = [
          (who) => who.says(space, 'good morning'),
          (who) => who.client.call(addReaction, { params: { ...talkOf(space), message: said.id, emoji: '👍' } }),
          (who) => who.client.call(createInvite, { params: { space: space.id }, body: {} }),
        ];
        for (const act of acts) {
          using watcher = await Watcher.of(member);
          const { member_count } = await opens(member, space);
          const hidden = await joins();
          await hidden.client.call(startTyping, { params: talkOf(space) });
          assert.ok(!(await isListedFor(member, space, hidden)));
          await act(hidden);
          await watcher.sees('member.updated', (d) => d.member.user.id === hidden.account.id && !d.member.unlisted);
          assert.ok(await isListedFor(member, space, hidden));
          assert.equal((await opens(hidden, space)).me.unlisted, undefined);
          assert.equal(watcher.state?.spaces.find(({ id }) => id === space.id)?.member_count, member_count + 1);
          assert.ok(!watcher.events.some(({ t: name }) => name === 'typing.started' || name === 'member.joined'));
        }
      },
    );

    await t.test(
      '[UNL-3] a channel that not everybody may see shows them to those who see it, not to the rest',
      async () => {
        const secret = await newChannel(owner, space, 'backroom', { private: true });
        const hidden = await joins();
        await owner.client.call(setOverride, {
          params: { space: space.id, channel: secret.id, target: hidden.account.id },
          body: { allow: ['channel.view', 'message.send'], deny: [] },
        });
        using watcher = await Watcher.of(owner);
        const message = await hidden.client.call(sendMessage, {
          params: { space: space.id, channel: secret.id },
          body: { content: 'between us' },
        });
        await watcher.seesMessage(message.id, secret.id);
        assert.ok(!(await isListedFor(member, space, hidden)));
      },
    );

    await t.test('[UNL-1] the choice can be changed, by oneself and not by the owner', async () => {
      using watcher = await Watcher.of(member);
      const open = await person(server.url);
      await owner.invites(space, open);
      const chooses = (who: Person, unlisted: boolean, by = who) =>
        by.client.call(members.updateMember, { params: params(who), body: { unlisted } });
      assert.equal((await chooses(open, true)).unlisted, true);
      await watcher.sees('member.unlisted', (d) => d.user === open.account.id);
      assert.ok(!(await isListedFor(member, space, open)));
      assert.equal((await chooses(open, false)).unlisted, undefined);
      assert.ok(await isListedFor(member, space, open));
      assert.equal(await refused(chooses(owner, true)), 'forbidden');
      assert.equal(await refused(chooses(open, true, moderator)), 'forbidden');
      await chooses(open, true);
      await owner.client.call(transferSpace, { params: { space: space.id }, body: { user: open.account.id } });
      assert.ok(await isListedFor(member, space, open), 'an owner is known to everybody');
    });

    await t.test('[UNL-4] an invite counts them, and who is banned is told to nobody else', async () => {
      const mine = await member.founds('Another');
      const { code } = await member.client.call(createInvite, { params: { space: mine.id }, body: {} });
      const [guest, hidden] = [await person(server.url), await person(server.url)];
      await guest.client.call(joinByInvite, { params: { code } });
      await hidden.client.call(joinByInvite, { params: { code }, body: { unlisted: true } });
      assert.equal((await member.client.call(previewInvite, { params: { code } })).space.member_count, 3);
      using watcher = await Watcher.of(guest);
      await member.client.call(members.banUser, { params: { space: mine.id, user: hidden.account.id }, body: {} });
      const sentinel = await member.says(mine, 'over');
      await watcher.seesMessage(sentinel.id, talkOf(mine).channel);
      assert.ok(!JSON.stringify(watcher.events).includes(hidden.account.id));
      assert.equal(watcher.state?.spaces.find(({ id }) => id === mine.id)?.member_count, 2);
    });
  });
}

async function lowRole({ owner, space }: Community) {
  return newRole(owner, space, { name: 'Low', rank: 1 });
}
