import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { acceptFriend, openDirect, requestFriend } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import { Watcher } from '../testing/watching.ts';
import type { Player } from './cast.ts';

/** Two people of two homeservers become friends and write each other; ends when both have read it. */
export async function befriend(one: Player, other: Player): Promise<void> {
  using watching = await Watcher.of(other.person);
  await one.person.client.call(requestFriend, { body: { user: `${other.handle}@${other.at.name}` } });
  const isOf = (user: string) => (d: { relationship: { user: { id: string } } }) => d.relationship.user.id === user;
  await watching.sees('relationship.updated', isOf(one.person.account.id));
  await other.person.client.call(acceptFriend, { params: { user: one.person.account.id } });
  const direct = await one.person.client.call(openDirect, { body: { users: [other.person.account.id] } });
  const channel = direct.channels[0]?.id ?? '';
  const body = { content: `Are you bringing the seeds, ${other.name}?` };
  await one.person.client.call(sendMessage, { params: { space: direct.id, channel }, body });
  const opened = await watching.until(() => watching.state?.spaces.find(({ id }) => id === direct.id));
  const answer = { content: 'Of course. Three kinds of beans, and something that has lost its label.' };
  await other.person.client.call(sendMessage, { params: { space: opened.id, channel }, body: answer });
}
