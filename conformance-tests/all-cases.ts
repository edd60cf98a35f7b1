import type { Case } from './case.ts';
import { accessMatrixCases } from './cases/access-matrix.ts';
import { accountCases } from './cases/accounts.ts';
import { auditCases } from './cases/audit.ts';
import { botCases } from './cases/bots.ts';
import { bodyCases } from './cases/bodies.ts';
import { channelCases } from './cases/channels.ts';
import { cookieCases } from './cases/cookies.ts';
import { durabilityCases } from './cases/durability.ts';
import { gatewayHostileCases } from './cases/gateway-hostile.ts';
import { gatewayOpeningCases } from './cases/gateway-opening.ts';
import { gatewayResumeCases } from './cases/gateway-resume.ts';
import { hiddenCases } from './cases/hidden.ts';
import { historyCases } from './cases/history.ts';
import { inviteCases } from './cases/invites.ts';
import { leakCases } from './cases/leaks.ts';
import { limitCases } from './cases/limits.ts';
import { memberCases } from './cases/members.ts';
import { mentionCases } from './cases/mentions.ts';
import { messageCases } from './cases/messages.ts';
import { moderationCases } from './cases/moderation.ts';
import { passwordCases } from './cases/passwords.ts';
import { peopleCases } from './cases/people.ts';
import { permissionCases } from './cases/permissions.ts';
import { presenceCases } from './cases/presence.ts';
import { raceCases } from './cases/races.ts';
import { randomInputCases } from './cases/random-input.ts';
import { rankRuleCases } from './cases/rank-rules.ts';
import { remoteModeratorCases } from './cases/federation/remote-moderators.ts';
import { requestSignatureCases } from './cases/federation/request-signatures.ts';
import { keyDocumentCases } from './cases/federation/key-documents.ts';
import { serverKeyCases } from './cases/federation/server-keys.ts';
import { serverNameCases } from './cases/federation/server-names.ts';
import { canonicalInputCases } from './cases/federation/canonical-input.ts';
import { intentCases } from './cases/federation/intents.ts';
import { epochCases } from './cases/federation/epochs.ts';
import { hostileEventCases } from './cases/federation/hostile-events.ts';
import { streamOrderCases } from './cases/federation/stream-order.ts';
import { everyPathCases } from './cases/federation/every-path.ts';
import { reportAcrossCases } from './cases/federation/reports.ts';
import { blockedServerCases } from './cases/federation/blocked-servers.ts';
import { erasureCases } from './cases/federation/erasures.ts';
import { visibilityCases } from './cases/federation/visibility.ts';
import { reportCases } from './cases/reports.ts';
import { ephemeralCases } from './cases/federation/ephemerals.ts';
import { botAcrossCases } from './cases/federation/bots.ts';
import { letterCases } from './cases/federation/letters.ts';
import { inviteProofCases } from './cases/federation/invite-proofs.ts';
import { membershipCases } from './cases/federation/membership.ts';
import { healingCases } from './cases/federation/healing.ts';
import { hubPageCases } from './cases/federation/hub-pages.ts';
import { outageCases } from './cases/federation/outages.ts';
import { rateLimitCases } from './cases/rate-limits.ts';
import { reactionCases } from './cases/reactions.ts';
import { registrationCases } from './cases/registration.ts';
import { roleCases } from './cases/roles.ts';
import { searchCases } from './cases/search.ts';
import { searchAcrossCases } from './cases/federation/search.ts';
import { serverCases } from './cases/server.ts';
import { sessionCases } from './cases/sessions.ts';
import { snapshotCases } from './cases/snapshot.ts';
import { spaceCases } from './cases/spaces.ts';
import { textLimitCases } from './cases/text-limits.ts';
import { unlistedCases } from './cases/unlisted.ts';
import { unlistedAcrossCases } from './cases/federation/unlisted.ts';
import { programCases } from './cases/programs.ts';
import { voiceCases } from './cases/voice.ts';

/** Every case of the suite. */
export const allCases: readonly Case[] = [
  searchCases,
  searchAcrossCases,
  serverCases,
  accountCases,
  registrationCases,
  passwordCases,
  sessionCases,
  cookieCases,
  spaceCases,
  roleCases,
  memberCases,
  unlistedCases,
  permissionCases,
  rankRuleCases,
  accessMatrixCases,
  channelCases,
  inviteCases,
  peopleCases,
  moderationCases,
  reportCases,
  auditCases,
  messageCases,
  reactionCases,
  mentionCases,
  historyCases,
  presenceCases,
  voiceCases,
  programCases,
  gatewayOpeningCases,
  gatewayResumeCases,
  gatewayHostileCases,
  snapshotCases,
  hiddenCases,
  leakCases,
  raceCases,
  bodyCases,
  botCases,
  randomInputCases,
  textLimitCases,
  limitCases,
  rateLimitCases,
  durabilityCases,
  requestSignatureCases,
  serverKeyCases,
  keyDocumentCases,
  serverNameCases,
  canonicalInputCases,
  intentCases,
  streamOrderCases,
  hostileEventCases,
  epochCases,
  everyPathCases,
  visibilityCases,
  erasureCases,
  blockedServerCases,
  unlistedAcrossCases,
  reportAcrossCases,
  remoteModeratorCases,
  letterCases,
  botAcrossCases,
  inviteProofCases,
  membershipCases,
  ephemeralCases,
  hubPageCases,
  outageCases,
  healingCases,
].flat();
