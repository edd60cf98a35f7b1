import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { findServerMute } from '../spaces/audit-store.ts';
import { requireStanding } from '../spaces/standing.ts';
import type { Database } from '../storage/database.ts';
import type { AppliedEvent } from '../streams/binding.ts';
import { deedIn, type Deeds, done } from '../streams/deeds.ts';
import type { TailBatch } from '../streams/tail.ts';
import type { VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { requireOver } from './find-rights.ts';
import { isGuest, type Place, type Seat } from './participant.ts';
import type { RightsReview } from './rights-review.ts';
import type { Rooms } from './rooms.ts';

export interface VoiceModerationParts {
  rooms: Rooms;
  review: Pick<RightsReview, 'lookAtMute'>;
  deeds: Pick<Deeds, 'perform'>;
  database: Pick<Database, 'read'>;
  serverName: string;
  clock: Clock;
  log: Log;
  /** The voice channel on another homeserver in which a user is seen. */
  channelElsewhere(space: string, user: string): string | undefined;
}

type Over = { space: string; user: string; permission: 'voice.mute' | 'voice.move' };

/**
 * What moderators do to others in voice. It is an event of the space first, decided by the hub and written down; then it takes effect at
 * the SFU of the hub, whoever's home the moderator has. [VOX-12]
 */
export class VoiceModeration {
  readonly #parts: VoiceModerationParts;

  constructor(parts: VoiceModerationParts) {
    this.#parts = parts;
  }

  async mute(seat: Seat, { space, user, muted, deafened }: VoiceRequest<'moderate'>): Promise<void> {
    const { deeds, review } = this.#parts;
    await this.#requireOver(seat, { space, user, permission: 'voice.mute' });
    await deeds.perform(
      {
        space,
        plan: async (reader) => {
          const before = await findServerMute(reader, space, user);
          const body = { user, muted: muted ?? before.muted, deafened: deafened ?? before.deafened };
          return deedIn(space, '_', seat.user, 'voice.mute', body);
        },
      },
      done,
    );
    await review.lookAtMute(space, user);
  }

  async move(seat: Seat, { space, user, channel }: VoiceRequest<'move'>): Promise<void> {
    const place = await this.#requireOver(seat, { space, user, permission: 'voice.move' });
    if (place.channel === channel) return;
    await this.#parts.deeds.perform(deedIn(space, channel, seat.user, 'voice.move', { user }), done);
    this.#move(user, { space, channel });
  }

  async disconnect(seat: Seat, { space, user }: VoiceRequest<'disconnect'>): Promise<void> {
    const place = await this.#requireOver(seat, { space, user, permission: 'voice.move' });
    await this.#parts.deeds.perform(deedIn(space, place.channel, seat.user, 'voice.disconnect', { user }), done);
    this.#disconnect(user, place);
  }

  /** What moderators of other homeservers decided; those of here did it themselves. */
  follow({ events }: TailBatch): void {
    for (const { event } of events) {
      if (event.home === this.#parts.serverName) continue;
      const { user } = (event.body ?? {}) as { user: string };
      const place = { space: event.space, channel: event.stream };
      if (event.type === 'voice.disconnect') this.#disconnect(user, place);
      if (event.type === 'voice.move') this.#moveFor(event as AppliedEvent<{ user: string }>, place);
    }
  }

  #disconnect(user: string, place: Place): void {
    const { rooms } = this.#parts;
    const participant = rooms.people.byUser(user);
    if (participant?.place.channel === place.channel) rooms.leave(participant, 'disconnected');
  }

  #move(user: string, { space, channel }: Place): void {
    const { rooms } = this.#parts;
    const participant = rooms.people.byUser(user);
    if (participant?.place.space === space && participant.place.channel !== channel) rooms.moveTo(participant, channel);
  }

  /** Where the moved one is, only this homeserver knows for sure: the moderator has to have the right there too. */
  #moveFor({ actor: moderator, body: { user } }: AppliedEvent<{ user: string }>, place: Place): void {
    const { rooms, database, clock, log } = this.#parts;
    const participant = rooms.people.byUser(user);
    if (participant?.place.space !== place.space) return;
    const over = { moderator, user, permission: 'voice.move' } as const;
    database
      .read((reader) => requireOver(reader, participant.place, over, clock.now()))
      .then(
        () => rooms.people.byUser(user) === participant && this.#move(user, place),
        (error: unknown) => {
          if (!(error instanceof Refusal)) log.error({ err: error }, 'somebody in voice could not be moved');
        },
      );
  }

  /** Where the other is. Throws `not_found` also where the moderator must not see the channel, `forbidden` for guests. */
  async #requireOver(seat: Seat, { space, user, permission }: Over): Promise<Place> {
    const { rooms, database, clock, channelElsewhere } = this.#parts;
    // The home of a guest signs what its users decide: they ask there.
    if (isGuest(seat)) throw new Refusal('forbidden');
    const { user: moderator } = seat;
    const here = rooms.people.byUser(user)?.place;
    const channel = here?.space === space ? here.channel : channelElsewhere(space, user);
    return database.read(async (reader) => {
      if (channel === undefined) {
        await requireStanding(reader, space, moderator, clock.now());
        throw new Refusal('not_found');
      }
      const place = { space, channel };
      await requireOver(reader, place, { moderator, user, permission }, clock.now());
      return place;
    });
  }
}
