import { readerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import { VoiceItemData } from '@folkmoot/protocol-spec/schemas/federation/voice.ts';
import { guestLimits } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Call, VoiceState } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { findUserSummary } from '../../accounts/user-summary.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database, Reader } from '../../storage/database.ts';
import type { Signals } from '../../streams/signals.ts';
import { CallTeller } from '../calls/call-teller.ts';
import type { CallsParts } from '../calls/calls.ts';
import { CallsElsewhere } from '../calls/calls-elsewhere.ts';
import { findMemberRow } from '../../spaces/member-store.ts';
import type { Place, Seat } from '../participant.ts';
import type { VoiceElsewhere } from './ports.ts';

export interface RoomsElsewhereParts {
  self: string;
  database: Pick<Database, 'read'>;
  signals: Pick<Signals, 'send'>;
  /** Asks the hub. Throws Refusal. */
  askToken(seat: Seat, place: Place, key: string): ReturnType<VoiceElsewhere['token']>;
  /** Tells the hub of a space. */
  say(space: string, item: EphemeralItem): void;
  /** A user of this homeserver went into a room elsewhere. */
  leftHere(user: string): void;
  busyOf: CallsParts['busyOf'];
  missed: CallsParts['missed'];
  clock: Clock;
  log: Log;
  statesMs?: number;
}

interface Heard {
  hub: string;
  space: string;
  state: VoiceState;
  until: number;
}

const readState = readerOf(VoiceItemData);
/** States that one hub may make this homeserver remember. */
const MOST = 20_000;

/** Who is in voice in spaces of other hubs, as those say. What is not said again is forgotten. [VOX-17] */
export class RoomsElsewhere implements VoiceElsewhere, Disposable {
  readonly #parts: RoomsElsewhereParts;
  /** By space, then by user. */
  readonly #spaces = new Map<string, Map<string, Heard>>();
  /** Where users of this homeserver are. */
  readonly #own = new Map<string, Heard>();
  /** Who took the last token for a user, and where for; `called` until it is known what became of that. */
  readonly #seats = new Map<string, { seat: Seat; space: string; called: boolean }>();
  readonly #calls: CallsElsewhere;
  readonly #sweep: NodeJS.Timeout;
  /** How many states each hub has said. */
  readonly #sizes = new Map<string, number>();

  constructor(parts: RoomsElsewhereParts) {
    this.#parts = parts;
    const { statesMs = guestLimits.statesMs } = parts;
    this.#calls = new CallsElsewhere({
      ...parts,
      teller: new CallTeller(parts),
      say: (item) => parts.say(item.space, item),
      summaryOf: (reader, hub, said) => this.#summaryOf(reader, hub, said),
      called: (user, space) => this.#hasCalled(user, space),
      isIn: (user, space) => this.#seats.get(user)?.space === space,
    });
    this.#sweep = setInterval(() => this.#forgetOld(), Math.min(statesMs / 4, 1_000)).unref();
  }

  async token(seat: Seat, place: Place, key: string): ReturnType<VoiceElsewhere['token']> {
    const answer = await this.#parts.askToken(seat, place, key);
    this.#seats.set(seat.user, { seat, space: place.space, called: true });
    return answer;
  }

  callOf(space: string): Call | undefined {
    return this.#calls.of(space);
  }

  declined(space: string, call: string, user: string): boolean {
    return this.#calls.declined(space, call, user, 'declined');
  }

  callWith(user: string): string | undefined {
    const space = this.#own.get(user)?.space;
    return space !== undefined && this.#calls.of(space) ? space : undefined;
  }

  statesOf(space: string, isVisible: (channel: string) => boolean): VoiceState[] {
    return [...(this.#spaces.get(space)?.values() ?? [])]
      .map(({ state }) => state)
      .filter(({ channel }) => isVisible(channel))
      .sort((a, b) => (a.user.id < b.user.id ? -1 : 1));
  }

  entered(user: string): void {
    const heard = this.#own.get(user);
    if (heard) this.#sayOut(heard);
  }

  ended(seat: Seat): void {
    if (this.#seats.get(seat.user)?.seat !== seat) return;
    this.#seats.delete(seat.user);
    this.entered(seat.user);
  }

  /** `items` are of spaces of this hub. */
  async take(hub: string, items: readonly EphemeralItem[]): Promise<void> {
    for (const item of items) {
      const { space, channel, user, kind, data } = item;
      if (kind.startsWith('call.')) await this.#calls.take(hub, item);
      if (kind === 'voice.left' && channel !== undefined) this.#left(space, channel, user);
      const state = kind === 'voice.state' ? readState(data)?.state : undefined;
      if (state === undefined || state.user.id !== user || state.channel !== channel) continue;
      const summary = await this.#parts.database.read(async (reader) => {
        const found = await this.#summaryOf(reader, hub, state.user);
        // Members of elsewhere may not be known yet; those of here are. [FOL-10]
        const isOwn = found !== undefined && found.home === undefined;
        return isOwn && !(await reader.get(findMemberRow, { space, user })) ? undefined : found;
      });
      if (summary) this.#heard(hub, space, { ...state, user: summary });
    }
  }

  /** A connection was opened: what is still so is said now. */
  reached(hub: string): void {
    const soon = this.#parts.clock.now() + 10_000;
    for (const heard of this.#all()) if (heard.hub === hub) heard.until = Math.min(heard.until, soon);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep);
  }

  #heard(hub: string, space: string, state: VoiceState): void {
    const { clock, signals, statesMs = guestLimits.statesMs } = this.#parts;
    const users = this.#spaces.get(space) ?? new Map<string, Heard>();
    const before = users.get(state.user.id);
    const size = this.#sizes.get(hub) ?? 0;
    if (!before && size >= MOST) return;
    if (!before) this.#sizes.set(hub, size + 1);
    const heard = { hub, space, state, until: clock.now() + statesMs };
    this.#spaces.set(space, users.set(state.user.id, heard));
    if (state.user.home === undefined) this.#isIn(state.user.id, heard);
    if (before && JSON.stringify(before.state) === JSON.stringify(state)) return;
    if (before && before.state.channel !== state.channel)
      signals.send(shownLeft({ space, channel: before.state.channel }, state.user.id));
    const audience = { to: 'channel' as const, space, channel: state.channel };
    signals.send({ audience, t: 'voice.state', d: { space, state } });
  }

  #left(space: string, channel: string, user: string): void {
    const heard = this.#spaces.get(space)?.get(user);
    if (heard?.state.channel === channel) this.#forget(heard);
  }

  #forget(heard: Heard): void {
    const { hub, space, state } = heard;
    const users = this.#spaces.get(space);
    const size = this.#sizes.get(hub) ?? 0;
    if (users?.delete(state.user.id)) {
      if (size > 1) this.#sizes.set(hub, size - 1);
      else this.#sizes.delete(hub);
    }
    if (users?.size === 0) this.#spaces.delete(space);
    if (this.#own.get(state.user.id) === heard) this.#own.delete(state.user.id);
    this.#parts.signals.send(shownLeft({ space, channel: state.channel }, state.user.id));
  }

  /** A user is in voice once, wherever that is. A hub that they did not go to ends nothing for them. */
  #isIn(user: string, heard: Heard): void {
    if (this.#seats.get(user)?.space !== heard.space) return;
    const before = this.#own.get(user);
    this.#own.set(user, heard);
    if (before === undefined) this.#parts.leftHere(user);
    else if (before.space !== heard.space) this.#sayOut(before);
  }

  #sayOut({ space, state }: Heard): void {
    const { say, clock } = this.#parts;
    say(space, { space, channel: state.channel, user: state.user.id, kind: 'voice.out', ts: clock.now() });
  }

  #forgetOld(): void {
    const now = this.#parts.clock.now();
    for (const heard of this.#all()) if (heard.until <= now) this.#forget(heard);
    this.#calls.forgetOld(now);
  }

  #all(): Heard[] {
    return [...this.#spaces.values()].flatMap((users) => [...users.values()]);
  }

  /** One message for one attempt, whatever the hub says. */
  #hasCalled(user: string, space: string): boolean {
    const last = this.#seats.get(user);
    if (last?.space !== space || !last.called) return false;
    last.called = false;
    return true;
  }

  /** As that user is known here; of a stranger what the hub says, unless that would be one of this homeserver. */
  async #summaryOf(reader: Reader, hub: string, said: UserSummary): Promise<UserSummary | undefined> {
    const known = await findUserSummary(reader, said.id);
    if (known) return known;
    const { id, handle, display_name, home = hub } = said;
    return home === this.#parts.self ? undefined : { id, handle, display_name, home };
  }
}

const shownLeft = ({ space, channel }: Place, user: string) => ({
  audience: { to: 'channel' as const, space, channel },
  t: 'voice.left',
  d: { space, channel, user },
});
