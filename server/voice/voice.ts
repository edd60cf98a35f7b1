import type { ErrorAnswer } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { Room } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Call, VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../base/settings.ts';
import type { GatewaySession, Notify, VoiceDoor } from '../gateway/ports.ts';
import { failureOf } from '../http/error-answer.ts';
import type { Database } from '../storage/database.ts';
import type { Deeds } from '../streams/deeds.ts';
import type { Signal, Signals } from '../streams/signals.ts';
import type { Tail } from '../streams/tail.ts';
import { answerRequest, type RequestParts } from './answer-request.ts';
import { requireRequest } from './check-request.ts';
import { CallTeller } from './calls/call-teller.ts';
import { Calls } from './calls/calls.ts';
import { blockersOf, membersOf } from './calls/direct-members.ts';
import type { VoiceElsewhere } from './elsewhere/ports.ts';
import { Entrance, type EntranceParts } from './entrance.ts';
import { MediaServer, type MediaServerStatus } from './media-server.ts';
import { VoiceModeration } from './moderation.ts';
import { isGuest, type Place, type Seat, stateOf } from './participant.ts';
import { RightsReview } from './rights-review.ts';
import { type RoomMeasure, Rooms } from './rooms.ts';
import { Turns } from './turns.ts';
import type { StreamTokens } from './programs/stream-tokens.ts';
import { Viewers } from './programs/viewers.ts';

export interface VoiceParts {
  config: Config;
  database: Pick<Database, 'read'>;
  tail: Pick<Tail, 'listen'>;
  signals: Pick<Signals, 'send' | 'listen'>;
  appears: EntranceParts['appears'];
  /** Somebody called in vain. */
  missedCall(by: string, place: Place): void;
  streams: Pick<StreamTokens, 'issue'>;
  deeds: Pick<Deeds, 'perform'>;
  clock: Clock;
  log: Log;
}

export interface VoiceStatus extends MediaServerStatus {
  rooms: number;
  participants: number;
  producers: number;
  consumers: number;
}

export interface VoiceMeasure {
  /** Why there is no voice. */
  off: string | null;
  channels: RoomMeasure[];
  workers: { pid: number; load: number; cpu: number; memory: number }[];
}

/** Voice for the people of this homeserver: what they ask for over the gateway, and what the log says about them. [VOX-1] */
export class Voice implements VoiceDoor, AsyncDisposable {
  readonly #parts: VoiceParts;
  readonly #media: MediaServer;
  readonly #rooms: Rooms;
  readonly calls: Calls;
  /** Players that watch what is streamed here. */
  readonly viewers: Viewers;
  readonly #review: RightsReview;
  readonly #moderation: VoiceModeration;
  readonly #entrance: Entrance;
  readonly #requests: RequestParts;
  readonly #turns = new Turns();
  #notify: Notify = () => undefined;
  /** Takes its place where this homeserver talks with others. */
  elsewhere: VoiceElsewhere | undefined;

  constructor(parts: VoiceParts) {
    const { config, signals, clock, log, tail } = parts;
    this.#parts = parts;
    this.#media = new MediaServer(config, clock, log);
    this.#rooms = new Rooms({
      openMedia: (events) => this.#media.openRoom(events),
      notify: (seats, t, d) => this.#tell([...seats], t, d),
      show: (place, t, d) => this.#show(place, t, d),
      onTimeoutOver: (space) => this.#review.look(space),
      clock,
      log,
    });
    const rooms = this.#rooms;
    this.#review = new RightsReview({ ...parts, rooms });
    this.#moderation = new VoiceModeration({
      ...parts,
      rooms,
      review: this.#review,
      serverName: config.server_name,
      channelElsewhere: (space, user) =>
        this.elsewhere?.statesOf(space, () => true).find((state) => state.user.id === user)?.channel,
    });
    this.#entrance = new Entrance({
      ...parts,
      rooms,
      review: this.#review,
      media: this.#media,
      entered: (seat, place, user, isCall) => {
        if (!isGuest(seat)) this.elsewhere?.entered(seat.user);
        if (isCall) this.calls.entered(place, user);
      },
    });
    this.viewers = new Viewers({
      ...parts,
      mediaOf: (place) => rooms.mediaOf(place),
      requireStreamer: (place, user) => this.#entrance.requireStreamer(place, user),
    });
    this.calls = new Calls({
      ...parts,
      teller: new CallTeller(parts),
      membersOf: (space) => parts.database.read((reader) => membersOf(reader, space)),
      busyOf: (users, call) => this.busyOf(users, call),
      insideOf: (space) => this.#rooms.people.inSpace(space).map(({ user }) => user.id),
      sendOut: (space) => this.#sendOut(space),
      missed: (by, place) => parts.missedCall(by, place),
    });
    this.#requests = {
      ...parts,
      rooms,
      entrance: this.#entrance,
      moderation: this.#moderation,
      calls: this.calls,
      elsewhere: () => this.elsewhere,
    };
    tail.listen((batch) => {
      this.#review.follow(batch);
      this.#moderation.follow(batch);
      this.viewers.follow(batch);
    });
    signals.listen((signal) => this.#renamed(signal));
  }

  get status(): VoiceStatus {
    return { ...this.#media.status, ...this.#rooms.size };
  }

  /** What admins are shown: channels with people in them, and the workers that carry them. */
  async measure(): Promise<VoiceMeasure> {
    const [channels, workers] = await Promise.all([this.#rooms.measure(), this.#media.measureWorkers()]);
    return { off: this.#media.status.off ?? null, channels, workers };
  }

  /** Looks whether voice can be had and says so in the log. Starts nothing. */
  examine(): void {
    this.#media.examine();
  }

  statesOf(space: string, isVisible: (channel: string) => boolean): VoiceState[] {
    return [...this.#rooms.people.statesOf(space, isVisible), ...(this.elsewhere?.statesOf(space, isVisible) ?? [])];
  }

  callOf(space: string): Call | undefined {
    return this.calls.of(space) ?? this.elsewhere?.callOf(space);
  }

  /** Of some users of this homeserver, those in another call who may let the caller know. */
  async busyOf(users: readonly string[], { by, space }: { by: string; space: string }): Promise<string[]> {
    const busy = users.filter((user) => ![undefined, space].includes(this.#callWith(user)));
    if (busy.length === 0) return [];
    const blockers = await this.#parts.database.read((reader) => blockersOf(reader, by));
    return busy.filter((user) => !blockers.has(user));
  }

  /** Everybody in voice here, by space. */
  get inside(): { space: string; state: VoiceState }[] {
    return this.#rooms.people
      .all()
      .map((participant) => ({ space: participant.place.space, state: stateOf(participant) }));
  }

  /** Throws Refusal where somebody may not go in, or nobody can. */
  async requireEntry(place: Place, user: string): Promise<void> {
    await this.#entrance.requireEntry(place, user);
    await this.#media.start();
  }

  /** TURN for a program of somebody. Throws Refusal where it may not stream. */
  async iceServersFor(place: Place, user: string): Promise<Room['ice_servers']> {
    await this.#entrance.requireStreamer(place, user);
    await this.#media.start();
    return this.#media.iceServersFor(user);
  }

  /** Whether media can come from somebody. */
  isSending(seat: Seat): boolean {
    return this.#rooms.people.bySeat(seat)?.peer?.isSending ?? false;
  }

  /** The user went into voice on another homeserver. */
  wentElsewhere(user: string): void {
    const participant = this.#rooms.people.byUser(user);
    if (participant !== undefined) this.#rooms.leave(participant, 'elsewhere');
  }

  connect(notify: Notify): void {
    this.#notify = notify;
  }

  async answer(seat: Seat, method: string, d: unknown): Promise<{ ok: object } | { error: ErrorAnswer }> {
    try {
      const request = requireRequest(method, d);
      return { ok: await this.#turns.take(seat, () => answerRequest(this.#requests, seat, request)) };
    } catch (error) {
      const failure = failureOf(error, '');
      if (failure.broken) this.#parts.log.error({ err: error, method }, 'a request about voice could not be answered');
      return { error: failure.answer };
    }
  }

  /** How long whoever lost the connection is expected back. */
  set comeBackMs(ms: number) {
    this.#rooms.comeBackMs = ms;
  }

  detached(seat: Seat): void {
    this.#rooms.detached(seat);
  }

  resumed(seat: Seat): void {
    this.#rooms.resumed(seat);
  }

  ended(seat: Seat): void {
    const participant = this.#rooms.people.bySeat(seat);
    if (participant !== undefined) this.#rooms.goOut(participant);
    this.#turns.forget(seat);
    this.elsewhere?.ended(seat);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#entrance[Symbol.dispose]();
    this.calls.close();
    this.#rooms.close();
    await this.#media[Symbol.asyncDispose]();
  }

  #tell(seats: Seat[], t: string, d: object): void {
    this.#notify(
      seats.filter((seat): seat is GatewaySession => !isGuest(seat)),
      t,
      d,
    );
    for (const seat of seats) if (isGuest(seat)) seat.tell(t, d);
  }

  #show(place: Place, t: string, d: object): void {
    const { space, channel } = place;
    this.#parts.signals.send({ audience: { to: 'channel', space, channel }, t, d });
    if (t === 'voice.left') this.calls.left(place);
  }

  /** The space of the call that a user of this homeserver is in. */
  #callWith(user: string): string | undefined {
    const participant = this.#rooms.people.byUser(user);
    if (participant === undefined) return this.elsewhere?.callWith(user);
    const { space } = participant.place;
    return participant.user.home === undefined && this.calls.of(space) ? space : undefined;
  }

  #sendOut(space: string): void {
    for (const participant of this.#rooms.people.inSpace(space)) this.#rooms.leave(participant, 'ended');
  }

  #renamed(signal: Signal): void {
    if (signal.kind === 'shown' && signal.shown.t === 'user.updated')
      this.#rooms.people.rename((signal.shown.d as { user: UserSummary }).user);
  }
}
