import type { BotGrant } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import type { SpaceBot } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { findMemberRow } from '../spaces/member-store.ts';
import type { Reader } from '../storage/database.ts';

/** A bot of a space as those see it who manage the space. */
export async function spaceBotOf(reader: Reader, space: string, grant: BotGrant): Promise<SpaceBot> {
  const { bot } = grant;
  const member = (await reader.get(findMemberRow, { space, user: bot })) !== undefined;
  return { user: await userSummaryOf(reader, bot), member, grant };
}
