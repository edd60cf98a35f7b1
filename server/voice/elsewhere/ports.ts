import type { VoiceState } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Place, Seat } from '../participant.ts';

/** Voice in spaces whose hub is another homeserver. */
export interface VoiceElsewhere {
  /** What opens a connection to the hub. Throws Refusal. */
  token(seat: Seat, place: Place, key: string): Promise<{ url: string; token: string; expires: number }>;
  statesOf(space: string, isVisible: (channel: string) => boolean): VoiceState[];
  /** A user of this homeserver went into a room here. */
  entered(user: string): void;
  ended(seat: Seat): void;
}
