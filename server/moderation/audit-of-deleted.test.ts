import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteAccount, updateProfile } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { banUser, listAudit, updateMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import { sql } from '../storage/query.ts';
import { foundCommunity } from '../testing/community.ts';
import { password } from '../testing/people.ts';
import { startHomeserver } from '../testing/start-homeserver.ts';

test('[ACC-8] the audit log forgets the names of a user who deletes the account, and of nobody else', async () => {
  await using server = await startHomeserver();
  const { owner, member, moderator, space } = await foundCommunity(server.url);
  await member.client.call(updateProfile, { body: { display_name: 'Ingeborg Beispiel' } });
  for (const [who, nick] of [
    [member, 'Inge'],
    [moderator, 'Mo'],
  ] as const) {
    await owner.client.call(updateMember, { params: { space: space.id, user: who.account.id }, body: { nick } });
  }
  await owner.client.call(banUser, { params: { space: space.id, user: member.account.id }, body: { reason: 'spam' } });
  const audit = async () => (await owner.client.call(listAudit, { params: { space: space.id } })).entries;
  assert.match(JSON.stringify(await audit()), /Ingeborg.*Inge"/);

  await member.client.call(deleteAccount, { body: { password } });
  const entries = await audit();
  assert.doesNotMatch(JSON.stringify(entries), /Ingeborg|Inge"/);
  assert.match(JSON.stringify(entries), /"Mo"/);
  const ban = entries.find(({ type }) => type === 'member.ban');
  const payloads = await server.homeserver.database.read((reader) =>
    reader.select(sql.selectFrom('lines').select('payload').where('type', '=', 'member.join')),
  );
  assert.doesNotMatch(JSON.stringify(payloads), new RegExp(`${member.account.id}|${member.account.handle}"`));
  assert.match(JSON.stringify(payloads), new RegExp(moderator.account.id));
  assert.deepEqual([ban?.target, ban?.target_name, ban?.reason], [member.account.id, null, 'spam']);
});
