import type { Migration } from '../migrate.ts';
import { foundation } from './0001-foundation.ts';
import { federation } from './0002-federation.ts';
import { followers } from './0003-followers.ts';
import { outbox } from './0004-outbox.ts';
import { visibility } from './0005-visibility.ts';
import { follows } from './0006-follows.ts';
import { relationships } from './0007-relationships.ts';
import { bots } from './0008-bots.ts';
import { orphans } from './0009-orphans.ts';
import { voiceChannels } from './0010-voice-channels.ts';
import { reports } from './0011-reports.ts';
import { plans } from './0012-plans.ts';
import { unlistedMembers } from './0013-unlisted-members.ts';
import { streamTokens } from './0014-stream-tokens.ts';
import { accusers } from './0015-accusers.ts';
import { membersByHome } from './0016-members-by-home.ts';
import { ownJoins } from './0017-own-joins.ts';
import { departures } from './0018-departures.ts';
import { search } from './0019-search.ts';
import { searchPlaces } from './0020-search-places.ts';
import { appendedTexts } from './0021-appended-texts.ts';
import { inviteKeys } from './0022-invite-keys.ts';
import { blockReasons } from './0023-block-reasons.ts';

/** In order; the place in the list is the number. Never change one that was released: add another. */
export const migrations: readonly Migration[] = [
  { name: 'foundation', statements: foundation },
  { name: 'federation', statements: federation },
  { name: 'followers', statements: followers },
  { name: 'outbox', statements: outbox },
  { name: 'visibility', statements: visibility },
  { name: 'follows', statements: follows },
  { name: 'relationships', statements: relationships },
  { name: 'bots', statements: bots },
  { name: 'orphans', statements: orphans },
  { name: 'voice-channels', statements: voiceChannels },
  { name: 'reports', statements: reports },
  { name: 'plans', statements: plans },
  { name: 'unlisted-members', statements: unlistedMembers },
  { name: 'stream-tokens', statements: streamTokens },
  { name: 'accusers', statements: accusers },
  { name: 'members-by-home', statements: membersByHome },
  { name: 'own-joins', statements: ownJoins },
  { name: 'departures', statements: departures },
  { name: 'search', statements: search },
  { name: 'search-places', statements: searchPlaces },
  { name: 'appended-texts', statements: appendedTexts },
  { name: 'invite-keys', statements: inviteKeys },
  { name: 'block-reasons', statements: blockReasons },
];
