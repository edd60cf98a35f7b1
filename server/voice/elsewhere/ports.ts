import type { Call, VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { Place, Seat } from '../participant.ts';

/** Voice in spaces whose hub is another homeserver. */
export interface VoiceElsewhere {
  /** What opens a connection to the hub. Throws Refusal. */
  token(seat: Seat, place: Place, key: string): Promise<{ url: string; token: string; expires: number }>;
  statesOf(space: string, isVisible: (channel: string) => boolean): VoiceState[];
  callOf(space: string): Call | undefined;
  /** False where no such call rings for the user. */
  declined(space: string, call: string, user: string): boolean;
  /** The space of the call that a user of this homeserver is in. */
  callWith(user: string): string | undefined;
  /** A user of this homeserver went into a room here. */
  entered(user: string): void;
  ended(seat: Seat): void;
}
