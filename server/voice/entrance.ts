import type { VoiceAnswer, VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Config } from '../base/settings.ts';
import type { Database } from '../storage/database.ts';
import { bitrates } from './codecs.ts';
import { requireEntry, requireStreamer } from './find-rights.ts';
import { requirePeer } from './media-requests.ts';
import type { MediaServer } from './media-server.ts';
import { isGuest, type Participant, type Place, rightsShown, type Seat, stateOf } from './participant.ts';
import type { RightsReview } from './rights-review.ts';
import type { Rooms } from './rooms.ts';

export interface EntranceParts {
  rooms: Rooms;
  review: RightsReview;
  media: Pick<MediaServer, 'start' | 'iceServersFor'>;
  database: Pick<Database, 'read'>;
  config: Config;
  clock: Clock;
  /** Somebody is about to be seen in a channel. */
  appears(place: Place, user: string): Promise<void>;
  /** Somebody went in; `isCall` in a direct message or group. */
  entered(seat: Seat, place: Place, user: UserSummary, isCall: boolean): void;
}

/** How people come into voice channels. [VOX-5] */
export class Entrance implements Disposable {
  readonly #parts: EntranceParts;
  readonly #joins = new Map<string, number>();
  readonly #sweep = setInterval(() => this.#joins.clear(), 60_000).unref();

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  /** Throws Refusal where somebody may not go in. */
  async requireEntry(place: Place, user: string) {
    const { database, config, clock } = this.#parts;
    const who = { user, server: config.server_name, now: clock.now() };
    return database.read((reader) => requireEntry(reader, place, who));
  }

  /** Throws Refusal where somebody may not let programs stream there. */
  async requireStreamer(place: Place, user: string): Promise<void> {
    const { database, config, clock } = this.#parts;
    const who = { user, server: config.server_name, now: clock.now() };
    await database.read((reader) => requireStreamer(reader, place, who));
  }

  async join(
    seat: Seat,
    { space, channel, muted = false, deafened = false, priority = false }: VoiceRequest<'join'>,
  ): Promise<VoiceAnswer<'join'>> {
    const { rooms, review, media, appears, entered } = this.#parts;
    const place = { space, channel };
    this.#requireSeldom(seat);
    if (isGuest(seat) && (seat.only.space !== space || seat.only.channel !== channel)) throw new Refusal('not_found');
    const { changes } = review;
    const found = await this.requireEntry(place, seat.user);
    const { user, rights, serverMute } = found;
    await media.start();
    await appears(place, user.id);
    if (!seat.isConnected) throw new Refusal('session_ended');
    const most = found.channel.user_limit ?? voiceLimits.participantsPerChannel;
    const participant = await rooms.enter({ seat, user, place, rights, serverMute, muted, deafened, priority, most });
    if (rooms.people.bySeat(seat) === participant) entered(seat, place, user, found.isCall);
    if (!seat.isConnected) rooms.detached(seat);
    if (changes !== review.changes) {
      review.look(space);
      await review.lookAtMute(space, user.id);
    }
    return this.#roomOf(participant, found.channel.bitrate);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep);
  }

  #roomOf(participant: Participant, bitrate: number | undefined): VoiceAnswer<'join'> {
    const { rooms, media } = this.#parts;
    const room = rooms.requireMedia(participant);
    const { send, receive } = requirePeer(participant).transports;
    return {
      state: stateOf(participant),
      rights: rightsShown(participant.rights),
      rtp_capabilities: room.rtpCapabilities,
      send,
      receive,
      ice_servers: media.iceServersFor(participant.user.id),
      producers: room.producers.filter((one) => one.user !== participant.user.id),
      formats: room.formats,
      bitrates: { ...bitrates, audio: bitrate ?? bitrates.audio },
    };
  }

  #requireSeldom({ user }: Seat): void {
    const joins = (this.#joins.get(user) ?? 0) + 1;
    this.#joins.set(user, joins);
    if (joins > voiceLimits.joinsPerMinute && this.#parts.config.rate_limits === 'on')
      throw new Refusal('rate_limited', { retry: 60_000 });
  }
}
