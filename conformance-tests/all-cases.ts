import type { Case } from './case.ts';
import { accountCases } from './cases/accounts.ts';
import { channelCases } from './cases/channels.ts';
import { inviteCases } from './cases/invites.ts';
import { roleCases } from './cases/roles.ts';
import { spaceCases } from './cases/spaces.ts';
import { gatewayHostileCases } from './cases/gateway-hostile.ts';
import { gatewayOpeningCases } from './cases/gateway-opening.ts';
import { gatewayResumeCases } from './cases/gateway-resume.ts';
import { bodyCases } from './cases/bodies.ts';
import { hiddenCases } from './cases/hidden.ts';
import { rateLimitCases } from './cases/rate-limits.ts';
import { accessMatrixCases } from './cases/access-matrix.ts';
import { permissionCases } from './cases/permissions.ts';
import { rankRuleCases } from './cases/rank-rules.ts';
import { limitCases } from './cases/limits.ts';
import { presenceCases } from './cases/presence.ts';
import { snapshotCases } from './cases/snapshot.ts';
import { durabilityCases } from './cases/durability.ts';
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
  gatewayHostileCases,
  gatewayOpeningCases,
  gatewayResumeCases,
  bodyCases,
  hiddenCases,
  rateLimitCases,
  accessMatrixCases,
  permissionCases,
  rankRuleCases,
  limitCases,
  presenceCases,
  snapshotCases,
  durabilityCases,
].flat();
