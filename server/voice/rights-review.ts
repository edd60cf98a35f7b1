import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { findServerMute } from '../spaces/audit-store.ts';
import type { Database } from '../storage/database.ts';
import type { AppliedEvent } from '../streams/binding.ts';
import type { TailBatch } from '../streams/tail.ts';
import { rightsOfAll } from './find-rights.ts';
import type { Rooms } from './rooms.ts';

export interface RightsReviewParts {
  rooms: Rooms;
  database: Pick<Database, 'read'>;
  clock: Clock;
  log: Log;
}

/** Events that change nothing about who may speak where. */
export const harmless = /^(message|reaction|pin|invite|thread)\.|^voice\.(move|disconnect)$/;

/** Follows what the log says about those in voice: what they lost ends at the SFU. [VOX-13] */
export class RightsReview {
  readonly #parts: RightsReviewParts;
  readonly #running = new Map<string, { again: boolean }>();
  /** Counts what may have changed rights, so that a join that was under way looks again. */
  changes = 0;

  constructor(parts: RightsReviewParts) {
    this.#parts = parts;
  }

  follow({ events }: TailBatch): void {
    const spaces = new Set<string>();
    for (const { event } of events) {
      if (!harmless.test(event.type)) this.changes++;
      if (event.type === 'voice.mute') void this.lookAtMute(event.space, (event.body as { user: string }).user);
      else if (this.#concerns(event)) spaces.add(event.space);
    }
    for (const space of spaces) this.look(space);
  }

  /** Looks at everybody in voice in a space again. */
  look(space: string): void {
    if (this.#parts.rooms.people.inSpace(space).length === 0) return;
    const running = this.#running.get(space);
    if (running !== undefined) return void (running.again = true);
    const review = { again: true };
    this.#running.set(space, review);
    void (async () => {
      while (review.again) {
        review.again = false;
        await this.#once(space);
      }
      this.#running.delete(space);
    })();
  }

  /** What moderators last decided about somebody takes effect. Where it cannot be read, the user is out. */
  async lookAtMute(space: string, user: string): Promise<void> {
    const { rooms, database, log } = this.#parts;
    const participant = rooms.people.byUser(user);
    if (participant?.place.space !== space) return;
    try {
      const decided = await database.read((reader) => findServerMute(reader, space, user));
      if (rooms.people.byUser(user) === participant) await rooms.changes.moderate(participant, decided);
    } catch (error) {
      log.error({ err: error, space }, 'whether somebody is muted could not be read');
      rooms.leave(participant, 'no_access');
    }
  }

  /** Thousands may join or be given roles while a few talk. */
  #concerns({ type, space, actor, body }: AppliedEvent): boolean {
    if (harmless.test(type)) return false;
    if (!type.startsWith('member.')) return true;
    const { user } = (body ?? {}) as { user?: unknown };
    const { rooms } = this.#parts;
    return [actor, user].some((one) => typeof one === 'string' && rooms.people.byUser(one)?.place.space === space);
  }

  /** Where it cannot be found out what somebody may, they may nothing. */
  async #once(space: string): Promise<void> {
    const { rooms, database, clock, log } = this.#parts;
    const participants = rooms.people.inSpace(space);
    const now = clock.now();
    try {
      const people = participants.map(({ user, place }) => ({ user: user.id, channel: place.channel }));
      const found = await database.read((reader) => rightsOfAll(reader, space, people, now));
      for (const [index, participant] of participants.entries()) {
        if (rooms.people.bySeat(participant.seat) !== participant) continue;
        const rights = found[index];
        if (rights === undefined) rooms.leave(participant, 'no_access');
        else await rooms.changes.setRights(participant, rights);
      }
    } catch (error) {
      log.error({ err: error, space }, 'rights could not be read; everybody in voice in a space is sent out');
      for (const participant of participants) rooms.leave(participant, 'no_access');
    }
  }
}
