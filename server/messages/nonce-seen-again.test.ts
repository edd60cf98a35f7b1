import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from '@folkmoot/federation/ids.ts';
import { setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import { kickMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { deleteMessage, sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { foundCommunity, newChannel, refused } from '../testing/community.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[MSG-1] a nonce seen again gives its message, which only those get who may still see it', async () => {
  await using server = await startHomeserver();
  const { owner, member, space, talk } = await foundCommunity(server.url);
  const other = await newChannel(owner, space, 'other');
  const send = (channel: string, nonce: string) =>
    member.client.call(sendMessage, { params: { space: space.id, channel }, body: { content: 'hello', nonce } });

  const nonce = randomId('i_');
  const { id } = await send(talk.channel, nonce);
  assert.equal((await send(talk.channel, nonce)).id, id);
  assert.equal(await refused(send(other.id, nonce)), 'conflict');

  const inTalk = { ...talk, target: 'everyone' };
  await owner.client.call(setOverride, { params: inTalk, body: { allow: [], deny: ['channel.view'] } });
  assert.equal(await refused(send(talk.channel, nonce)), 'not_found', 'a hidden channel');
  await owner.client.call(setOverride, { params: inTalk, body: { allow: [], deny: ['message.send'] } });
  assert.equal((await send(talk.channel, nonce)).id, id, 'who may not write any more still learns what became of it');

  await owner.client.call(kickMember, { params: { space: space.id, user: member.account.id }, body: {} });
  assert.equal(await refused(send(talk.channel, nonce)), 'not_found', 'somebody who is gone');
  assert.equal(await refused(send(other.id, nonce)), 'not_found', 'the place of the first message is no secret told');
});

test('[MSG-4] the nonce of a deleted message gives not_found, and never a second message', async () => {
  await using server = await startHomeserver();
  const { member, space, talk } = await foundCommunity(server.url);
  const nonce = randomId('i_');
  const { id } = await member.says(space, 'hello', nonce);
  await member.client.call(deleteMessage, { params: { ...talk, message: id } });
  assert.equal(await refused(member.says(space, 'hello', nonce)), 'not_found');
  assert.deepEqual(await member.reads(space), []);
});
