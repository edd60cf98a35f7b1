import type { LeftReason, VoiceNotice, VoiceNoticeName } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { MediaRoom, RoomEvents } from './media-room.ts';
import { isOfDeadWorker } from './media-workers.ts';
import { type Participant, type Place, type Seat, silenceOf, stateOf } from './participant.ts';
import { ParticipantChanges } from './participant-changes.ts';
import { type Entry, newcomer, Participants } from './participants.ts';
import type { PeerMeasure } from './peer-transports.ts';
import { roomEvents } from './room-events.ts';

export interface RoomsParts {
  /** Makes the media of a room; nothing is started before somebody is there. */
  openMedia: (events: RoomEvents) => MediaRoom;
  /** Notices, to those who are in. */
  notify: (seats: Iterable<Seat>, t: string, d: object) => void;
  /** States, to all who may see the channel. */
  show: (place: Place, t: string, d: object) => void;
  /** The timeout of somebody is over. */
  onTimeoutOver: (space: string) => void;
  clock: Clock;
  log: Log;
}

export interface RoomMeasure extends Place, PeerMeasure {
  participants: number;
  producers: number;
  consumers: number;
  routers: number;
}

export interface VoiceRoom {
  readonly place: Place;
  readonly participants: Set<Participant>;
  media: MediaRoom;
}

/**
 * Who is in which voice channel, and their media. It asks nobody whether they may: whoever lets somebody in brings the rights, and says when
 * they change. So it does not matter whether that is a member here or somebody whose account is elsewhere.
 */
export class Rooms {
  readonly #parts: RoomsParts;
  readonly #rooms = new Map<string, VoiceRoom>();
  readonly people = new Participants();
  /** Channels that moderators moved users to who have not gone in yet, by user. */
  readonly #movedTo = new Map<string, { channel: string }>();
  /** How long whoever lost the connection or the media is expected back. */
  comeBackMs: number = voiceLimits.comeBackMs;
  /** Of those who are in. */
  readonly changes: ParticipantChanges;

  constructor(parts: RoomsParts) {
    this.#parts = parts;
    this.changes = new ParticipantChanges({
      ...parts,
      notify: (seats, t, d) => this.#notify(seats, t, d),
      tellState: (participant) => this.tellState(participant),
    });
  }

  get size(): { rooms: number; participants: number; producers: number; consumers: number } {
    const sum = { rooms: this.#rooms.size, participants: this.people.size, producers: 0, consumers: 0 };
    for (const { media } of this.#rooms.values()) {
      const { producers, consumers } = media.counts;
      sum.producers += producers;
      sum.consumers += consumers;
    }
    return sum;
  }

  /** What goes through each voice channel now. */
  measure(): Promise<RoomMeasure[]> {
    return Promise.all(
      [...this.#rooms.values()].map(async ({ place, participants, media }) => ({
        ...place,
        participants: participants.size,
        ...media.counts,
        ...(await media.measure()),
      })),
    );
  }

  mediaOf({ channel }: Place): MediaRoom | undefined {
    return this.#rooms.get(channel)?.media;
  }

  requireMedia({ place }: Participant): MediaRoom {
    const media = this.mediaOf(place);
    if (media === undefined) throw new Refusal('not_in_voice');
    return media;
  }

  /** Lets somebody in, with transports of their own; out of wherever they were before. */
  async enter(entry: Entry): Promise<Participant> {
    const { seat, user, place, rights, muted, deafened, priority, most } = entry;
    const { people } = this;
    const before = people.byUser(user.id);
    const isInside = before?.place.channel === place.channel;
    const inside = this.#rooms.get(place.channel)?.participants.size ?? 0;
    const isMoved = this.#movedTo.get(user.id)?.channel === place.channel;
    if (!isInside && inside >= most && !isMoved && !rights.permissions.has('voice.priority'))
      throw new Refusal('limit_reached', { participants: most });
    if (before !== undefined && before.seat !== seat) this.leave(before, 'elsewhere');
    const mine = people.bySeat(seat);
    if (mine !== undefined && mine.place.channel !== place.channel) this.#remove(mine);
    const room = this.#roomAt(place);
    const { media } = room;
    const participant = people.bySeat(seat) ?? newcomer(entry);
    const old = participant.peer;
    participant.peer = undefined;
    if (old !== undefined) media.removePeer(old);
    Object.assign(participant, { user, rights, muted, deafened, priority });
    room.participants.add(participant);
    people.add(participant);
    try {
      const peer = await media.addPeer(user.id);
      if (!people.has(participant) || room.media !== media) {
        media.removePeer(peer);
        throw new Refusal('unavailable', { retry: 200 });
      }
      participant.peer = peer;
      await peer.silence(silenceOf(participant));
    } catch (caught) {
      // Also where whoever was about to come in is out already, and the room with them.
      const isOver = media.isClosed || isOfDeadWorker(caught);
      const error = isOver ? new Refusal('unavailable', { retry: 200 }, { cause: caught }) : caught;
      // Everybody was told.
      if (room.media !== media) throw error;
      const isUnavailable = error instanceof Refusal && error.code === 'unavailable';
      if (!people.has(participant)) throw error;
      // Who was in already asks until there are media again, and is not shown as gone. [VOX-10]
      if (mine === participant && isUnavailable) this.#expectBack(participant, this.comeBackMs);
      else this.#remove(participant);
      throw error;
    }
    this.#movedTo.delete(user.id);
    clearTimeout(participant.away);
    this.changes.watchTimeout(participant);
    this.tellState(participant);
    return participant;
  }

  /** Sends somebody out; they are told why. */
  leave(participant: Participant, reason: LeftReason): void {
    if (!this.#remove(participant)) return;
    this.#notify([participant.seat], 'left', { ...participant.place, reason });
  }

  /** By themselves. */
  goOut(participant: Participant): void {
    this.#remove(participant);
  }

  moveTo(participant: Participant, channel: string): void {
    if (!this.#remove(participant)) return;
    const { seat, user, place } = participant;
    const move = { channel };
    this.#movedTo.set(user.id, move);
    const forget = () => this.#movedTo.get(user.id) === move && this.#movedTo.delete(user.id);
    setTimeout(forget, this.comeBackMs).unref();
    this.#notify([seat], 'moved', { space: place.space, channel });
  }

  /** Its socket is gone; it may come back. */
  detached(seat: Seat): void {
    const participant = this.people.bySeat(seat);
    if (participant !== undefined) this.#expectBack(participant, this.comeBackMs);
  }

  resumed(seat: Seat): void {
    clearTimeout(this.people.bySeat(seat)?.away);
  }

  close(): void {
    for (const participant of this.people.all()) this.#remove(participant);
  }

  tellState(participant: Participant): void {
    if (!this.people.has(participant)) return;
    this.#parts.show(participant.place, 'voice.state', { space: participant.place.space, state: stateOf(participant) });
  }

  #remove(participant: Participant): boolean {
    const { user, place, peer } = participant;
    if (!this.people.has(participant)) return false;
    clearTimeout(participant.away);
    clearTimeout(participant.timeout);
    this.people.remove(participant);
    const room = this.#rooms.get(place.channel);
    room?.participants.delete(participant);
    participant.peer = undefined;
    if (peer !== undefined) room?.media.removePeer(peer);
    if (room?.participants.size === 0) {
      this.#rooms.delete(place.channel);
      room.media.close();
    }
    this.#parts.show(place, 'voice.left', { ...place, user: user.id });
    return true;
  }

  #roomAt(place: Place): VoiceRoom {
    let room = this.#rooms.get(place.channel);
    if (room === undefined) {
      const opened: VoiceRoom = { place, participants: new Set(), media: undefined as never };
      opened.media = this.#parts.openMedia(this.#eventsOf(opened));
      this.#rooms.set(place.channel, (room = opened));
    }
    return room;
  }

  #eventsOf(room: VoiceRoom): RoomEvents {
    return roomEvents(room, {
      notify: (seats, t, d) => this.#notify(seats, t, d),
      tellState: (participant) => this.tellState(participant),
      lost: () => this.#lost(room),
    });
  }

  /** Text never notices, and who is in the channel stays so: they come again by themselves. */
  #lost(room: VoiceRoom): void {
    const { media } = room;
    room.media = this.#parts.openMedia(this.#eventsOf(room));
    media.close();
    for (const participant of room.participants) {
      const { camera, screen } = stateOf(participant);
      participant.peer = undefined;
      this.#expectBack(participant, this.comeBackMs);
      if (camera || screen) this.tellState(participant);
    }
    this.#notify(
      [...room.participants].map(({ seat }) => seat),
      'rejoin',
      room.place,
    );
  }

  #expectBack(participant: Participant, ms: number): void {
    clearTimeout(participant.away);
    participant.away = setTimeout(() => this.leave(participant, 'ended'), ms).unref();
  }

  #notify<T extends VoiceNoticeName>(seats: Iterable<Seat>, t: T, d: VoiceNotice<T>): void {
    this.#parts.notify(seats, t, d as object);
  }
}
