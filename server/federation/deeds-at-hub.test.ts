import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newIntentId } from '@folkmoot/protocol-spec/client/intent-id.ts';
import { deleteAccount } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import {
  createChannel,
  deleteChannel,
  setOverride,
  updateChannel,
} from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { createInvite, revokeInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { banUser, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import * as messages from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { createRole, deleteRole, giveRole, updateRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import { leaveSpace, updateSpace } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import { type Across, across, joinsFrom } from '../testing/across.ts';
import { TestNetwork } from '../testing/federated.ts';
import { password, person, talkOf } from '../testing/people.ts';
import { Watcher } from '../testing/watching.ts';

const code = (wanted: string) => (error: { code?: string }) => {
  assert.equal(error.code, wanted);
  return true;
};

test('what is done in a space of another hub', async (t) => {
  await using network = await TestNetwork.open();
  const scene = await across(network);
  await answersAsAtHome(t, scene);
  await refusesAsAtHome(t, scene);
  await waitsForHub(t, scene);
  await leaves(t, scene);
});

async function answersAsAtHome(t: TestContext, { hub, alice, bob, space }: Across): Promise<void> {
  const params = talkOf(space);

  await t.test('[PEND-2] what is said, edited, reacted to and deleted is answered as at home', async () => {
    using atAlice = await Watcher.of(alice);
    const nonce = newIntentId();
    const said = await bob.says(space, 'hello', nonce);
    assert.deepEqual([said.content, said.intent, said.author.id], ['hello', nonce, bob.account.id]);
    assert.equal((await bob.says(space, 'hello', nonce)).id, said.id);
    const ofMessage = { ...params, message: said.id };
    const edited = await bob.client.call(messages.editMessage, { params: ofMessage, body: { content: 'hello all' } });
    assert.equal(edited.content, 'hello all');
    await bob.client.call(messages.addReaction, { params: { ...ofMessage, emoji: '🦊' } });
    const reply = await bob.client.call(messages.sendMessage, {
      params,
      body: { content: 'again', reply_to: said.id },
    });
    assert.equal(reply.reply_to, said.id);
    await bob.client.call(messages.deleteMessage, { params: { ...params, message: reply.id } });
    await atAlice.sees('message.deleted', ({ messages: gone }) => gone.includes(reply.id));
    const [seen] = await alice.reads(space);
    assert.deepEqual([seen?.content, seen?.reactions], ['hello all', [{ emoji: '🦊', count: 1, me: false }]]);
  });

  await t.test('[PEND-2] whoever may administer does it from another homeserver as well', async () => {
    using atBob = await Watcher.of(bob);
    const role = await alice.client.call(createRole, {
      params: { space: space.id },
      body: {
        name: 'Steward',
        rank: 50,
        permissions: [
          'space.manage',
          'role.manage',
          'channel.manage',
          'invite.manage',
          'message.manage',
          'nick.manage',
        ],
      },
    });
    await alice.client.call(giveRole, { params: { space: space.id, user: bob.account.id, role: role.id } });
    await atBob.sees('member.updated', ({ member }) => member.roles.includes(role.id));

    const inSpace = { space: space.id };
    const channel = await bob.client.call(createChannel, { params: inSpace, body: { kind: 'text', name: 'from b' } });
    assert.equal(channel.name, 'from b');
    const ofChannel = { ...inSpace, channel: channel.id };
    const topic = await bob.client.call(updateChannel, { params: ofChannel, body: { topic: 'of b' } });
    assert.equal(topic.topic, 'of b');
    const override = { allow: [], deny: ['message.send' as const] };
    const closed = await bob.client.call(setOverride, { params: { ...ofChannel, target: 'everyone' }, body: override });
    assert.deepEqual(closed.overrides, [{ target: 'everyone', ...override }]);
    await bob.client.call(deleteChannel, { params: ofChannel });

    const low = await bob.client.call(createRole, { params: inSpace, body: { name: 'Low', rank: 2 } });
    const renamed = await bob.client.call(updateRole, {
      params: { ...inSpace, role: low.id },
      body: { name: 'Lower' },
    });
    assert.equal(renamed.name, 'Lower');
    await bob.client.call(deleteRole, { params: { ...inSpace, role: low.id } });

    const { invite, url } = await bob.client.call(createInvite, { params: inSpace, body: {} });
    assert.ok(url.startsWith(`https://${hub.name}/invite/`), url);
    await bob.client.call(revokeInvite, { params: { ...inSpace, invite: invite.id } });
    const me = { ...inSpace, user: bob.account.id };
    assert.equal((await bob.client.call(updateMember, { params: me, body: { nick: 'Bob of b' } })).nick, 'Bob of b');
    const profile = await bob.client.call(updateSpace, { params: inSpace, body: { description: 'by bob' } });
    assert.equal(profile.description, 'by bob');

    const said = await alice.says(space, 'to be pinned');
    await atBob.seesMessage(said.id, params.channel);
    await bob.client.call(messages.pinMessage, { params: { ...params, message: said.id } });
    const { messages: pinned } = await alice.client.call(messages.listPins, { params });
    assert.deepEqual(
      pinned.map(({ id }) => id),
      [said.id],
    );
  });
}

async function refusesAsAtHome(t: TestContext, { alice, bob, space }: Across): Promise<void> {
  await t.test('[PEND-2] what the hub refuses is refused with its code', async () => {
    const params = talkOf(space);
    const ofAlice = { space: space.id, user: alice.account.id };
    await assert.rejects(bob.client.call(banUser, { params: ofAlice, body: {} }), code('missing_permission'));
    const unknown = { ...params, message: '1.999' };
    await assert.rejects(bob.client.call(messages.deleteMessage, { params: unknown }), code('not_found'));
    const hidden = { ...params, channel: `c_${'a'.repeat(26)}` };
    const toHidden = bob.client.call(messages.sendMessage, { params: hidden, body: { content: 'psst' } });
    await assert.rejects(toHidden, code('not_found'));
  });
}

async function waitsForHub(t: TestContext, { hub, home, alice, bob, space }: Across): Promise<void> {
  const params = talkOf(space);

  await t.test(
    '[PEND-3] [PEND-5] while the hub is away messages wait, on every device and over a restart',
    async () => {
      await hub.stop();
      using phone = await Watcher.of(bob);
      const nonce = newIntentId();
      await assert.rejects(bob.says(space, 'while you were away', nonce), code('pending'));
      const { d } = await phone.sees('intent.pending');
      assert.deepEqual(
        { ...d, ts: 0 },
        {
          intent: nonce,
          space: space.id,
          channel: params.channel,
          type: 'message.create',
          content: 'while you were away',
          ts: 0,
        },
      );
      await assert.rejects(bob.says(space, 'while you were away', nonce), code('pending'));
      await home.stop();
      await home.start();
      using laptop = await Watcher.of(bob);
      assert.deepEqual(
        laptop.state?.pending.map(({ intent }) => intent),
        [nonce],
      );
      await hub.start();
      await laptop.sees('intent.settled', ({ intent, ok }) => intent === nonce && ok);
      assert.deepEqual(laptop.state?.pending, []);
      await laptop.sees('message.created', ({ message }) => message.intent === nonce);
      const said = (await bob.reads(space)).filter(({ intent }) => intent === nonce);
      const atHub = (await alice.reads(space)).filter(({ content }) => content === 'while you were away');
      assert.deepEqual(
        atHub.map(({ id }) => id),
        said.map(({ id }) => id),
      );
    },
  );

  await t.test('[PEND-4] what administers does not wait for a hub that is away', async () => {
    await hub.stop();
    const rename = bob.client.call(updateSpace, { params: { space: space.id }, body: { name: 'Renamed later' } });
    await assert.rejects(rename, code('hub_away'));
    await hub.start();
    using atBob = await Watcher.of(bob);
    const nonce = newIntentId();
    await bob.says(space, 'back again', nonce).catch(code('pending'));
    await atBob.sees('message.created', ({ message }) => message.intent === nonce);
    using atAlice = await Watcher.of(alice);
    assert.ok(atAlice.state?.spaces.every(({ name }) => name !== 'Renamed later'));
  });
}

async function leaves(t: TestContext, { hub, home, alice, bob, space }: Across): Promise<void> {
  await t.test(
    '[ACC-8] an account is deleted without waiting for hubs that are away, and leaves them later',
    async () => {
      const carol = await person(home.url);
      await joinsFrom(hub.name, space, alice, carol);
      await hub.stop();
      await carol.client.call(deleteAccount, { body: { password } });
      await hub.start();
      using atAlice = await Watcher.of(alice);
      const { space: id } = talkOf(space);
      await atAlice.until(() => atAlice.state?.spaces.find((one) => one.id === id && one.member_count === 2));
    },
  );

  await t.test('a member of another homeserver leaves', async () => {
    using atAlice = await Watcher.of(alice);
    using atBob = await Watcher.of(bob);
    await bob.client.call(leaveSpace, { params: { space: space.id } });
    await atAlice.sees('member.left', ({ user }) => user === bob.account.id);
    await atBob.sees('space.left', (left) => left.space === space.id);
    assert.deepEqual(atBob.state?.spaces, []);
  });
}
