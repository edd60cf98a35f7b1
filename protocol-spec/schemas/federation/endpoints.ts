import { peerGrantBot } from './bots.ts';
import type { PeerEndpoint } from './endpoint.ts';
import { peerListErasures } from './erasures.ts';
import { peerSubmitIntents } from './intents.ts';
import { peerPreviewInvite } from './invites.ts';
import { peerListMembers } from './members.ts';
import { peerNotify } from './notify.ts';
import {
  peerEphemeral,
  peerGetUser,
  peerInvite,
  peerProfiles,
  peerQueryUser,
  peerRelate,
  peerWatchPresence,
} from './people.ts';
import { peerPing } from './ping.ts';
import { peerCloseReport, peerListReports, peerReport } from './reports.ts';
import { peerGetSpace } from './spaces.ts';
import { peerGetCheckpoint, peerHeal, peerListEvents, peerListState } from './streams.ts';
import { peerVoiceToken } from './voice.ts';

/** Everything that a homeserver may ask another, but for the live connection. */
export const peerEndpoints: readonly PeerEndpoint[] = [
  peerPing,
  peerSubmitIntents,
  peerPreviewInvite,
  peerGetSpace,
  peerListEvents,
  peerGetCheckpoint,
  peerListState,
  peerListMembers,
  peerListErasures,
  peerNotify,
  peerHeal,
  peerVoiceToken,
  peerQueryUser,
  peerGetUser,
  peerRelate,
  peerInvite,
  peerProfiles,
  peerWatchPresence,
  peerEphemeral,
  peerReport,
  peerListReports,
  peerCloseReport,
  peerGrantBot,
];
