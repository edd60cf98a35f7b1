import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { ServerMute } from '../spaces/audit-store.ts';
import { type Participant, type Place, type Seat, stateOf, type VoiceRights } from './participant.ts';

export interface Entry {
  seat: Seat;
  user: UserSummary;
  place: Place;
  rights: VoiceRights;
  /** What moderators decided before. */
  serverMute: ServerMute;
  muted: boolean;
  deafened: boolean;
  priority: boolean;
  /** How many the channel is for. */
  most: number;
}

export const newcomer = ({ seat, user, place, rights, serverMute, muted, deafened, priority }: Entry): Participant => ({
  seat,
  user,
  place,
  rights,
  muted,
  deafened,
  priority,
  serverMuted: serverMute.muted,
  serverDeafened: serverMute.deafened,
  peer: undefined,
  away: undefined,
  timeout: undefined,
});

/** Everybody in voice here: each has one seat, and each user is there once. [VOX-5] */
export class Participants {
  readonly #bySeat = new Map<Seat, Participant>();
  readonly #byUser = new Map<string, Participant>();

  get size(): number {
    return this.#bySeat.size;
  }

  all(): Participant[] {
    return [...this.#bySeat.values()];
  }

  inSpace(space: string): Participant[] {
    return this.all().filter(({ place }) => place.space === space);
  }

  bySeat(seat: Seat): Participant | undefined {
    return this.#bySeat.get(seat);
  }

  byUser(user: string): Participant | undefined {
    return this.#byUser.get(user);
  }

  has(participant: Participant): boolean {
    return this.#bySeat.get(participant.seat) === participant;
  }

  /** Who is in the voice channels of a space, for whoever may see `isVisible` of them. */
  statesOf(space: string, isVisible: (channel: string) => boolean): VoiceState[] {
    return this.inSpace(space)
      .filter(({ place }) => isVisible(place.channel))
      .map(stateOf)
      .sort((a, b) => (a.user.id < b.user.id ? -1 : 1));
  }

  add(participant: Participant): void {
    this.#bySeat.set(participant.seat, participant);
    this.#byUser.set(participant.user.id, participant);
  }

  remove({ seat, user }: Participant): void {
    this.#bySeat.delete(seat);
    this.#byUser.delete(user.id);
  }

  rename(user: UserSummary): void {
    const participant = this.#byUser.get(user.id);
    if (participant !== undefined) participant.user = user;
  }
}
