import type { AccountParts } from '../accounts/parts.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../base/settings.ts';
import type { Federation } from '../federation/federation.ts';
import type { OwnKeys } from '../federation/own-keys.ts';
import type { Database } from '../storage/database.ts';
import type { Committer } from '../streams/committer.ts';
import type { HighWaterMark } from '../streams/high-water-mark.ts';
import type { Restoration } from '../streams/restoration.ts';
import type { ServerKeys } from '../streams/server-keys.ts';
import type { Signals } from '../streams/signals.ts';
import type { SpaceLog } from '../streams/space-log.ts';
import type { Voice } from '../voice/voice.ts';

/** What the operations of admins use of a homeserver. */
export interface AdminParts {
  config: Config;
  log: Log;
  clock: Clock;
  database: Pick<Database, 'dialect' | 'read'>;
  committer: Pick<Committer, 'commit' | 'readOnly'>;
  spaceLog: SpaceLog;
  signals: Signals;
  keys: ServerKeys;
  ownKeys: OwnKeys;
  federation: Federation | undefined;
  accounts: AccountParts;
  mark: Pick<HighWaterMark, 'pos'>;
  voice: Pick<Voice, 'measure'>;
  restoration: Restoration;
}
