import type { VoiceAnswer } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { ErrorAnswer } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { Call, UserSummary, VoiceState } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../base/settings.ts';
import type { Notify, VoiceDoor } from '../gateway/ports.ts';
import { failureOf } from '../http/error-answer.ts';
import type { Database } from '../storage/database.ts';
import type { AppliedEvent } from '../streams/binding.ts';
import type { Signal, Signals } from '../streams/signals.ts';
import type { Tail, TailBatch } from '../streams/tail.ts';
import { type AnyRequest, requireRequest } from './check-request.ts';
import { bitrates } from './codecs.ts';
import { CallTeller } from './calls/call-teller.ts';
import { Calls } from './calls/calls.ts';
import { blockersOf, membersOf } from './calls/direct-members.ts';
import type { VoiceElsewhere } from './elsewhere/ports.ts';
import { requireEntry, requireOver, requireVoiceHere, rightsOfAll } from './find-rights.ts';
import { consume, layers, produce, requirePeer, setPaused, shut } from './media-requests.ts';
import { MediaServer, type MediaServerStatus } from './media-server.ts';
import { isGuest, type Participant, type Place, rightsShown, type Seat, stateOf } from './participant.ts';
import type { StreamTokens } from './whip/stream-tokens.ts';
import { type RoomMeasure, Rooms } from './rooms.ts';

export interface VoiceParts {
  config: Config;
  database: Pick<Database, 'read'>;
  tail: Pick<Tail, 'listen'>;
  signals: Pick<Signals, 'send' | 'listen'>;
  /** Somebody called in vain. */
  missedCall(by: string, place: Place): void;
  streams: Pick<StreamTokens, 'issue'>;
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

/** Events that change nothing about who may speak where. */
const harmless = /^(message|reaction|pin|invite|thread)\./;

/** Voice for the people of this homeserver: what they ask for over the gateway, and what the log says about them. [VOX-1] */
export class Voice implements VoiceDoor, AsyncDisposable {
  readonly #parts: VoiceParts;
  readonly #media: MediaServer;
  readonly #rooms: Rooms;
  readonly calls: Calls;
  /** Requests of one seat are answered one after the other. */
  readonly #turns = new Map<Seat, { last: Promise<unknown>; waiting: number }>();
  readonly #joins = new Map<string, number>();
  readonly #sweep: NodeJS.Timeout;
  readonly #reviewing = new Map<string, { again: boolean }>();
  /** Counts what may have changed rights, so that a join that was under way looks again. */
  #changes = 0;
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
      onTimeoutOver: (space) => this.#review(space),
      clock,
      log,
    });
    this.calls = new Calls({
      ...parts,
      teller: new CallTeller(parts),
      membersOf: (space) => parts.database.read((reader) => membersOf(reader, space)),
      busyOf: (users, call) => this.busyOf(users, call),
      insideOf: (space) => this.#rooms.inSpace(space).map(({ user }) => user.id),
      sendOut: (space) => this.#sendOut(space),
      missed: (by, place) => parts.missedCall(by, place),
    });
    tail.listen((batch) => this.#follow(batch));
    signals.listen((signal) => this.#renamed(signal));
    this.#sweep = setInterval(() => this.#joins.clear(), 60_000).unref();
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
    return [...this.#rooms.statesOf(space, isVisible), ...(this.elsewhere?.statesOf(space, isVisible) ?? [])];
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
    return this.#rooms.all().map((participant) => ({ space: participant.place.space, state: stateOf(participant) }));
  }

  /** Throws Refusal where somebody may not go in, or nobody can. */
  async requireEntry(place: Place, user: string): Promise<void> {
    await this.#parts.database.read((reader) => requireEntry(reader, place, this.#who(user)));
    await this.#media.start();
  }

  /** Whether media can come from somebody. */
  isSending(seat: Seat): boolean {
    return this.#rooms.bySeat(seat)?.peer?.isSending ?? false;
  }

  /** The user went into voice on another homeserver. */
  wentElsewhere(user: string): void {
    const participant = this.#rooms.byUser(user);
    if (participant !== undefined) this.#rooms.leave(participant, 'elsewhere');
  }

  connect(notify: Notify): void {
    this.#notify = notify;
  }

  async answer(seat: Seat, method: string, d: unknown): Promise<{ ok: object } | { error: ErrorAnswer }> {
    try {
      const request = requireRequest(method, d);
      return { ok: await this.#inTurn(seat, () => this.#obey(seat, request)) };
    } catch (error) {
      const failure = failureOf(error, '');
      if (failure.broken) this.#parts.log.error({ err: error, method }, 'a request about voice could not be answered');
      return { error: failure.answer };
    }
  }

  detached(seat: Seat): void {
    this.#rooms.detached(seat);
  }

  resumed(seat: Seat): void {
    this.#rooms.resumed(seat);
  }

  ended(seat: Seat): void {
    const participant = this.#rooms.bySeat(seat);
    if (participant !== undefined) this.#rooms.goOut(participant);
    this.#turns.delete(seat);
    this.elsewhere?.ended(seat);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    this.calls.close();
    this.#rooms.close();
    await this.#media[Symbol.asyncDispose]();
  }

  #tell(seats: Seat[], t: string, d: object): void {
    this.#notify(
      seats.filter((seat) => !isGuest(seat)),
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
    const participant = this.#rooms.byUser(user);
    if (participant === undefined) return this.elsewhere?.callWith(user);
    const { space } = participant.place;
    return participant.user.home === undefined && this.calls.of(space) ? space : undefined;
  }

  #sendOut(space: string): void {
    for (const participant of this.#rooms.inSpace(space)) this.#rooms.leave(participant, 'ended');
  }

  async #inTurn<T>(seat: Seat, work: () => Promise<T>): Promise<T> {
    let turn = this.#turns.get(seat);
    if (turn === undefined) this.#turns.set(seat, (turn = { last: Promise.resolve(), waiting: 0 }));
    if (turn.waiting >= voiceLimits.pendingRequests) throw new Refusal('rate_limited', { retry: 1_000 });
    turn.waiting++;
    const done = turn.last.then(work);
    turn.last = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      if (--turn.waiting === 0 && this.#turns.get(seat) === turn) this.#turns.delete(seat);
    }
  }

  async #obey(seat: Seat, request: AnyRequest): Promise<object> {
    switch (request.method) {
      case 'join':
        return this.#join(seat, request.d);
      case 'token': {
        const { key, ...place } = request.d;
        if (this.elsewhere === undefined || isGuest(seat)) throw new Refusal('voice_off');
        return this.elsewhere.token(seat, place, key);
      }
      case 'stream_token': {
        const { rights } = await this.#parts.database.read((reader) =>
          requireEntry(reader, request.d, this.#who(seat.user)),
        );
        if (!rights.permissions.has('voice.screen'))
          throw new Refusal('missing_permission', { permission: 'voice.screen' });
        if (isGuest(seat)) throw new Refusal('voice_elsewhere');
        return this.#parts.streams.issue(seat.user, request.d);
      }
      case 'sync':
        return this.#sync(seat);
      case 'connect':
        return this.#connect(seat, request.d);
      case 'restart_ice': {
        const { transport } = request.d;
        const ice_parameters = await requirePeer(this.#requireIn(seat)).restartIce(transport);
        return { ice_parameters } satisfies VoiceAnswer<'restart_ice'>;
      }
      case 'produce':
        return this.#produce(seat, request.d);
      case 'consume': {
        const participant = this.#requireIn(seat);
        return consume(this.#requireMedia(participant), requirePeer(participant), request.d);
      }
      case 'pause':
      case 'resume':
        await setPaused(requirePeer(this.#requireIn(seat)), request.d, request.method === 'pause');
        return {};
      case 'layers':
        await layers(requirePeer(this.#requireIn(seat)), request.d);
        return {};
      case 'close':
        shut(requirePeer(this.#requireIn(seat)), request.d);
        return {};
      case 'set': {
        const participant = this.#requireIn(seat);
        await this.#rooms.setOwn(participant, request.d);
        return { state: stateOf(participant) } satisfies VoiceAnswer<'set'>;
      }
      case 'leave': {
        const participant = this.#rooms.bySeat(seat);
        if (participant !== undefined) this.#rooms.goOut(participant);
        return {};
      }
      case 'decline': {
        const { space, call } = request.d;
        const isDeclined =
          this.calls.declined(space, call, seat.user, 'declined') || this.elsewhere?.declined(space, call, seat.user);
        if (!isDeclined) throw new Refusal('not_found');
        return {};
      }
      case 'moderate': {
        const { space, user, ...decided } = request.d;
        await this.#rooms.moderate(await this.#requireBelow(seat, { space, user, permission: 'voice.mute' }), decided);
        return {};
      }
      case 'move':
        return this.#move(seat, request.d);
      case 'disconnect': {
        const { space, user } = request.d;
        this.#rooms.leave(await this.#requireBelow(seat, { space, user, permission: 'voice.move' }), 'disconnected');
        return {};
      }
    }
  }

  async #join(seat: Seat, d: Place & { muted?: boolean; deafened?: boolean }): Promise<VoiceAnswer<'join'>> {
    const joins = (this.#joins.get(seat.user) ?? 0) + 1;
    this.#joins.set(seat.user, joins);
    if (joins > voiceLimits.joinsPerMinute && this.#parts.config.rate_limits === 'on')
      throw new Refusal('rate_limited', { retry: 60_000 });
    const place = { space: d.space, channel: d.channel };
    if (isGuest(seat) && (seat.only.space !== place.space || seat.only.channel !== place.channel))
      throw new Refusal('not_found');
    const changes = this.#changes;
    const { user, rights, channel, isCall } = await this.#parts.database.read((reader) =>
      requireEntry(reader, place, this.#who(seat.user)),
    );
    await this.#media.start();
    if (!seat.isConnected) throw new Refusal('session_ended');
    const { muted = false, deafened = false } = d;
    const most = channel.user_limit ?? voiceLimits.participantsPerChannel;
    const participant = await this.#rooms.enter({ seat, user, place, rights, muted, deafened, most });
    if (!isGuest(seat)) this.elsewhere?.entered(seat.user);
    if (isCall && this.#rooms.bySeat(seat) === participant) this.calls.entered(place, user);
    if (!seat.isConnected) this.#rooms.detached(seat);
    if (changes !== this.#changes) this.#review(place.space);
    const media = this.#requireMedia(participant);
    const { send, receive } = requirePeer(participant).transports;
    return {
      state: stateOf(participant),
      rights: rightsShown(rights),
      rtp_capabilities: media.rtpCapabilities,
      send,
      receive,
      ice_servers: this.#media.iceServersFor(seat.user),
      producers: media.producers.filter((one) => one.user !== seat.user),
      bitrates: { ...bitrates, audio: channel.bitrate ?? bitrates.audio },
    };
  }

  #sync(seat: Seat): VoiceAnswer<'sync'> {
    const participant = this.#requireIn(seat);
    const media = this.#requireMedia(participant);
    return {
      state: stateOf(participant),
      rights: rightsShown(participant.rights),
      producers: media.producers.filter((one) => one.user !== seat.user),
      consumers: [...requirePeer(participant).consumers.keys()],
      speakers: media.speakers,
    };
  }

  async #connect(seat: Seat, { transport, dtls_parameters: dtls }: AnyRequestOf<'connect'>): Promise<object> {
    await requirePeer(this.#requireIn(seat)).connect(transport, dtls);
    return {};
  }

  async #produce(seat: Seat, d: AnyRequestOf<'produce'>): Promise<VoiceAnswer<'produce'>> {
    const participant = this.#requireIn(seat);
    return produce(this.#requireMedia(participant), participant, d, this.#parts.clock.now());
  }

  async #move(seat: Seat, { space, user, channel }: AnyRequestOf<'move'>): Promise<object> {
    const participant = await this.#requireBelow(seat, { space, user, permission: 'voice.move' });
    await this.#parts.database.read(async (reader) => {
      await requireEntry(reader, { space, channel }, this.#who(seat.user));
      await requireEntry(reader, { space, channel }, this.#who(user));
    });
    if (participant.place.channel !== channel) this.#rooms.moveTo(participant, channel);
    return {};
  }

  /** Somebody in voice whom the moderator may do this to. Throws `not_found` also where the moderator must not see the channel. */
  async #requireBelow(
    { user: moderator }: Seat,
    { space, user, permission }: { space: string; user: string; permission: 'voice.mute' | 'voice.move' },
  ): Promise<Participant> {
    const participant = this.#rooms.byUser(user);
    if (participant?.place.space !== space) {
      await this.#parts.database.read((reader) => requireVoiceHere(reader, space, this.#who(moderator)));
      throw new Refusal('not_found');
    }
    await this.#parts.database.read((reader) =>
      requireOver(reader, participant.place, { moderator, user, permission }, this.#parts.clock.now()),
    );
    if (this.#rooms.byUser(user) !== participant) throw new Refusal('not_found');
    return participant;
  }

  #who(user: string) {
    return { user, server: this.#parts.config.server_name, now: this.#parts.clock.now() };
  }

  #requireIn(seat: Seat): Participant {
    const participant = this.#rooms.bySeat(seat);
    if (participant === undefined) throw new Refusal('not_in_voice');
    return participant;
  }

  #requireMedia(participant: Participant) {
    const media = this.#rooms.mediaOf(participant);
    if (media === undefined) throw new Refusal('not_in_voice');
    return media;
  }

  #follow({ events }: TailBatch): void {
    const spaces = new Set(
      events
        .map(({ event }) => event)
        .filter((event) => this.#concerns(event))
        .map(({ space }) => space),
    );
    if (events.some(({ event }) => !harmless.test(event.type))) this.#changes++;
    for (const space of spaces) this.#review(space);
  }

  /** Thousands may join or be given roles while a few talk. */
  #concerns({ type, space, actor, body }: AppliedEvent): boolean {
    if (harmless.test(type)) return false;
    if (!type.startsWith('member.')) return true;
    const { user } = (body ?? {}) as { user?: unknown };
    return [actor, user].some((one) => typeof one === 'string' && this.#rooms.byUser(one)?.place.space === space);
  }

  /** Looks at everybody in voice in a space again: what they lost ends at the SFU. [VOX-8] */
  #review(space: string): void {
    if (this.#rooms.inSpace(space).length === 0) return;
    const running = this.#reviewing.get(space);
    if (running !== undefined) return void (running.again = true);
    const review = { again: true };
    this.#reviewing.set(space, review);
    void (async () => {
      while (review.again) {
        review.again = false;
        await this.#reviewOnce(space);
      }
      this.#reviewing.delete(space);
    })();
  }

  /** Where it cannot be found out what somebody may, they may nothing. */
  async #reviewOnce(space: string): Promise<void> {
    const { database, clock, log } = this.#parts;
    const participants = this.#rooms.inSpace(space);
    const now = clock.now();
    try {
      const people = participants.map(({ user, place }) => ({ user: user.id, channel: place.channel }));
      const found = await database.read((reader) => rightsOfAll(reader, space, people, now));
      for (const [index, participant] of participants.entries()) {
        if (this.#rooms.bySeat(participant.seat) !== participant) continue;
        const rights = found[index];
        if (rights === undefined) this.#rooms.leave(participant, 'no_access');
        else await this.#rooms.setRights(participant, rights);
      }
    } catch (error) {
      log.error({ err: error, space }, 'rights could not be read; everybody in voice in a space is sent out');
      for (const participant of participants) this.#rooms.leave(participant, 'no_access');
    }
  }

  #renamed(signal: Signal): void {
    if (signal.kind === 'shown' && signal.shown.t === 'user.updated')
      this.#rooms.rename((signal.shown.d as { user: UserSummary }).user);
  }
}

type AnyRequestOf<M extends AnyRequest['method']> = (AnyRequest & { method: M })['d'];
