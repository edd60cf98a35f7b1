import type { LeftReason, VoiceNotice, VoiceNoticeName } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { UserSummary, VoiceState } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ServerMute } from '../spaces/audit-store.ts';
import type { MediaRoom, RoomEvents } from './media-room.ts';
import {
  isSameRights,
  type Participant,
  type Place,
  rightsShown,
  type Seat,
  silenceOf,
  stateOf,
  type VoiceRights,
} from './participant.ts';
import type { PeerMeasure } from './peer.ts';
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

export interface Entry {
  seat: Seat;
  user: UserSummary;
  place: Place;
  rights: VoiceRights;
  /** What moderators decided before. */
  serverMute: ServerMute;
  muted: boolean;
  deafened: boolean;
  /** How many the channel is for. */
  most: number;
}

/**
 * Who is in which voice channel, and their media. It asks nobody whether they may: whoever lets somebody in brings the rights, and says when
 * they change. So it does not matter whether that is a member here or somebody whose account is elsewhere.
 */
export class Rooms {
  readonly #parts: RoomsParts;
  readonly #rooms = new Map<string, VoiceRoom>();
  readonly #bySeat = new Map<Seat, Participant>();
  readonly #byUser = new Map<string, Participant>();

  constructor(parts: RoomsParts) {
    this.#parts = parts;
  }

  get size(): { rooms: number; participants: number; producers: number; consumers: number } {
    const sum = { rooms: this.#rooms.size, participants: this.#bySeat.size, producers: 0, consumers: 0 };
    for (const { media } of this.#rooms.values()) {
      const { producers, consumers } = media.counts;
      sum.producers += producers;
      sum.consumers += consumers;
    }
    return sum;
  }

  all(): Participant[] {
    return [...this.#bySeat.values()];
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

  inSpace(space: string): Participant[] {
    return [...this.#bySeat.values()].filter(({ place }) => place.space === space);
  }

  bySeat(seat: Seat): Participant | undefined {
    return this.#bySeat.get(seat);
  }

  byUser(user: string): Participant | undefined {
    return this.#byUser.get(user);
  }

  mediaOf({ channel }: Place): MediaRoom | undefined {
    return this.#rooms.get(channel)?.media;
  }

  requireMedia({ place }: Participant): MediaRoom {
    const media = this.mediaOf(place);
    if (media === undefined) throw new Refusal('not_in_voice');
    return media;
  }

  /** Who is in the voice channels of a space, for whoever may see `isVisible` of them. */
  statesOf(space: string, isVisible: (channel: string) => boolean): VoiceState[] {
    return this.inSpace(space)
      .filter(({ place }) => isVisible(place.channel))
      .map(stateOf)
      .sort((a, b) => (a.user.id < b.user.id ? -1 : 1));
  }

  /** Lets somebody in, with transports of their own; out of wherever they were before. */
  async enter(entry: Entry): Promise<Participant> {
    const { seat, user, place, rights, muted, deafened, most } = entry;
    const before = this.#byUser.get(user.id);
    if (before !== undefined && before.seat !== seat) this.leave(before, 'elsewhere');
    const mine = this.#bySeat.get(seat);
    if (mine !== undefined && mine.place.channel !== place.channel) this.#remove(mine);
    const room = this.#roomAt(place);
    if (!this.#bySeat.has(seat) && room.participants.size >= most && !rights.permissions.has('voice.priority'))
      throw new Refusal('limit_reached', { participants: most });
    const { media } = room;
    const participant = this.#bySeat.get(seat) ?? newcomer(entry);
    const old = participant.peer;
    participant.peer = undefined;
    if (old !== undefined) media.removePeer(old);
    Object.assign(participant, { user, rights, muted, deafened });
    room.participants.add(participant);
    this.#bySeat.set(seat, participant);
    this.#byUser.set(user.id, participant);
    try {
      const peer = await media.addPeer(user.id);
      if (this.#bySeat.get(seat) !== participant || room.media !== media) {
        media.removePeer(peer);
        throw new Refusal('unavailable', { retry: 200 });
      }
      participant.peer = peer;
      await peer.silence(silenceOf(participant));
    } catch (error) {
      // The media worker died meanwhile; everybody was told.
      if (room.media !== media) throw new Refusal('unavailable', { retry: 200 }, { cause: error });
      const isUnavailable = error instanceof Refusal && error.code === 'unavailable';
      if (this.#bySeat.get(seat) !== participant) throw error;
      // Who was in already asks until there are media again, and is not shown as gone. [VOX-10]
      if (mine === participant && isUnavailable) this.#expectBack(participant, voiceLimits.comeBackMs);
      else this.#remove(participant);
      throw error;
    }
    clearTimeout(participant.away);
    this.#watchTimeout(participant);
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
    this.#notify([participant.seat], 'moved', { space: participant.place.space, channel });
  }

  async setRights(participant: Participant, rights: VoiceRights): Promise<void> {
    if (isSameRights(participant.rights, rights)) return;
    participant.rights = rights;
    this.#watchTimeout(participant);
    const { peer } = participant;
    for (const { source, producer } of peer?.producers.values() ?? []) {
      if (source === 'camera' && !rights.permissions.has('voice.video')) producer.close();
      if (source.startsWith('screen') && !rights.permissions.has('voice.screen')) producer.close();
    }
    await peer?.silence(silenceOf(participant));
    this.#notify([participant.seat], 'rights', { rights: rightsShown(rights), state: stateOf(participant) });
    this.tellState(participant);
  }

  /** What somebody chose for themselves. */
  async setOwn(participant: Participant, own: { muted?: boolean; deafened?: boolean }): Promise<void> {
    const { muted = participant.muted, deafened = participant.deafened } = own;
    if (muted === participant.muted && deafened === participant.deafened) return;
    Object.assign(participant, { muted, deafened });
    await participant.peer?.silence(silenceOf(participant));
    this.tellState(participant);
  }

  /** What a moderator decided; it holds for whatever voice channel of the space the user goes to. */
  async moderate(participant: Participant, { muted, deafened }: ServerMute): Promise<void> {
    if (muted === participant.serverMuted && deafened === participant.serverDeafened) return;
    Object.assign(participant, { serverMuted: muted, serverDeafened: deafened });
    await participant.peer?.silence(silenceOf(participant));
    this.#notify([participant.seat], 'rights', {
      rights: rightsShown(participant.rights),
      state: stateOf(participant),
    });
    this.tellState(participant);
  }

  rename(user: UserSummary): void {
    const participant = this.#byUser.get(user.id);
    if (participant !== undefined) participant.user = user;
  }

  /** Its socket is gone; it may come back. */
  detached(seat: Seat): void {
    const participant = this.#bySeat.get(seat);
    if (participant !== undefined) this.#expectBack(participant, voiceLimits.comeBackMs);
  }

  resumed(seat: Seat): void {
    clearTimeout(this.#bySeat.get(seat)?.away);
  }

  close(): void {
    for (const participant of [...this.#bySeat.values()]) this.#remove(participant);
  }

  tellState(participant: Participant): void {
    if (this.#bySeat.get(participant.seat) !== participant) return;
    this.#parts.show(participant.place, 'voice.state', { space: participant.place.space, state: stateOf(participant) });
  }

  #remove(participant: Participant): boolean {
    const { seat, user, place, peer } = participant;
    if (this.#bySeat.get(seat) !== participant) return false;
    clearTimeout(participant.away);
    clearTimeout(participant.timeout);
    this.#bySeat.delete(seat);
    this.#byUser.delete(user.id);
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
      this.#expectBack(participant, voiceLimits.comeBackMs);
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

  #watchTimeout(participant: Participant): void {
    clearTimeout(participant.timeout);
    const { until } = participant.rights;
    if (until === null) return;
    const wait = Math.min(Math.max(0, until - this.#parts.clock.now()) + 10, 0x7fff_ffff);
    participant.timeout = setTimeout(() => this.#parts.onTimeoutOver(participant.place.space), wait).unref();
  }

  #notify<T extends VoiceNoticeName>(seats: Iterable<Seat>, t: T, d: VoiceNotice<T>): void {
    this.#parts.notify(seats, t, d as object);
  }
}

const newcomer = ({ seat, user, place, rights, serverMute, muted, deafened }: Entry): Participant => ({
  seat,
  user,
  place,
  rights,
  muted,
  deafened,
  serverMuted: serverMute.muted,
  serverDeafened: serverMute.deafened,
  peer: undefined,
  away: undefined,
  timeout: undefined,
});
