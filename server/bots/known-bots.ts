import { blankUser, findUser, insertUser } from '../accounts/account-store.ts';
import type { EventBody } from '@folkmoot/protocol-spec/schemas/events.ts';
import type { Writer } from '../storage/database.ts';

export type BotProfile = EventBody<'bot.grant'>['profile'];

/** Notes who a bot of another homeserver is, so that it has a name before it joins. One that is known stays as it is. */
export async function rememberBot(tx: Writer, { identity, display_name }: BotProfile, now: number): Promise<void> {
  if (await tx.get(findUser, { id: identity.user })) return;
  await tx.run(insertUser, {
    ...blankUser,
    id: identity.user,
    handle: identity.handle,
    display_name,
    identity: JSON.stringify(identity),
    created: now,
    home: identity.home,
    bot: 1,
  });
}
