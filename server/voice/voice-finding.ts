import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../base/settings.ts';

export interface VoiceFinding {
  name: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  found: string;
  advice?: string;
}

export interface ExamineParts {
  config: Config;
  clock: Clock;
  log: Log;
  /** Whether the homeserver runs and may have the ports itself. */
  running: boolean;
}

/** Which nobody outside of a network reaches. */
export const privateAddress =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe80)/i;
