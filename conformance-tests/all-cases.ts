import type { Case } from './case.ts';
import { accountCases } from './cases/accounts.ts';
import { channelCases } from './cases/channels.ts';
import { inviteCases } from './cases/invites.ts';
import { roleCases } from './cases/roles.ts';
import { spaceCases } from './cases/spaces.ts';
import { historyCases } from './cases/history.ts';
import { mentionCases } from './cases/mentions.ts';
import { moderationCases } from './cases/moderation.ts';
import { reactionCases } from './cases/reactions.ts';
import { cookieCases } from './cases/cookies.ts';
import { messageCases } from './cases/messages.ts';
import { passwordCases } from './cases/passwords.ts';
import { sessionCases } from './cases/sessions.ts';

/** Every case of the suite. */
export const allCases: readonly Case[] = [
  accountCases,
  passwordCases,
  sessionCases,
  cookieCases,
  spaceCases,
  roleCases,
  channelCases,
  inviteCases,
  messageCases,
  reactionCases,
  moderationCases,
  mentionCases,
  historyCases,
].flat();
