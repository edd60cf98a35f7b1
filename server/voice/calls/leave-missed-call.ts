import { missedCallText } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Log } from '../../base/log.ts';
import { deedIn, type Deeds, done } from '../../streams/deeds.ts';
import type { Place } from '../participant.ts';
import type { CallsParts } from './calls.ts';

/** Whoever called in vain leaves a message, which tells the others like any other does. [CALL-4] */
export function leaveMissedCall(deeds: Pick<Deeds, 'perform'>, log: Log): CallsParts['missed'] {
  return (by: string, { space, channel }: Place) => {
    const deed = deedIn(space, channel, by, 'message.create', { content: missedCallText });
    deeds
      .perform(deed, done)
      .catch((error: unknown) => log.info({ err: error, space }, 'a missed call left no message yet'));
  };
}
