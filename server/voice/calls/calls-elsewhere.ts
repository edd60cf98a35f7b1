import { readerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import type { EphemeralItem } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import { CallItemData } from '@folkmoot/protocol-spec/schemas/federation/voice.ts';
import { guestLimits } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Call, CallEnd } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import type { Clock } from '../../base/clock.ts';
import { findMemberRow } from '../../spaces/member-store.ts';
import type { Database, Reader } from '../../storage/database.ts';
import type { Place } from '../participant.ts';
import type { CallTeller } from './call-teller.ts';
import type { CallsParts } from './calls.ts';
import { isDirect } from './direct-members.ts';

export interface CallsElsewhereParts {
  database: Pick<Database, 'read'>;
  teller: Pick<CallTeller, 'state' | 'ended'>;
  busyOf: CallsParts['busyOf'];
  /** Tells the hub of the space. */
  say(item: EphemeralItem): void;
  summaryOf(reader: Reader, hub: string, said: UserSummary): Promise<UserSummary | undefined>;
  /** Whether a user of this homeserver asked to go in there, and was not asked about since. */
  called(user: string, space: string): boolean;
  /** Whether a user of this homeserver went in there. */
  isIn(user: string, space: string): boolean;
  missed: CallsParts['missed'];
  clock: Clock;
}

interface Heard {
  space: string;
  call: Call;
  until: number;
}

const readCall = readerOf(CallItemData['call.state']);
const readEnd = readerOf(CallItemData['call.ended']);
/** Calls that hubs may make this homeserver remember. */
const MOST = 10_000;

/** Calls in direct messages and groups of other hubs, as those tell. [CALL-5] */
export class CallsElsewhere {
  readonly #parts: CallsElsewhereParts;
  readonly #calls = new Map<string, Heard>();

  constructor(parts: CallsElsewhereParts) {
    this.#parts = parts;
  }

  of(space: string): Call | undefined {
    return this.#calls.get(space)?.call;
  }

  /** `item` is of a space of this hub. */
  async take(hub: string, { space, channel, kind, data }: EphemeralItem): Promise<void> {
    const call = kind === 'call.state' ? readCall(data)?.call : undefined;
    if (call && call.channel === channel) await this.#heard(hub, space, call);
    const end = kind === 'call.ended' ? readEnd(data) : undefined;
    const heard = this.#calls.get(space);
    if (end && heard?.call.id === end.call) this.#end(heard, end.reason);
  }

  /** False where no such call rings for this user. */
  declined(space: string, id: string, user: string, reason: 'declined' | 'busy'): boolean {
    const call = this.of(space);
    if (call?.id !== id || !call.ringing.includes(user)) return false;
    const { say, clock } = this.#parts;
    say({ space, channel: call.channel, user, kind: 'call.declined', ts: clock.now(), data: { call: id, reason } });
    return true;
  }

  forgetOld(now: number): void {
    for (const heard of this.#calls.values()) if (heard.until <= now) this.#end(heard, 'ended');
  }

  async #heard(hub: string, space: string, said: Call): Promise<void> {
    const { database, summaryOf, busyOf, teller, clock } = this.#parts;
    const { by, members } = await database.read(async (reader) => {
      const found = (await isDirect(reader, space)) ? await summaryOf(reader, hub, said.by) : undefined;
      const inside: string[] = [];
      if (found)
        for (const user of said.ringing) if (await reader.get(findMemberRow, { space, user })) inside.push(user);
      return { by: found, members: inside };
    });
    if (by === undefined) return;
    const before = this.#calls.get(space);
    // A hub says that somebody of here calls, who did not. [FOL-10]
    if (by.home === undefined && before?.call.id !== said.id && !this.#parts.isIn(by.id, space)) return;
    if (!before && this.#calls.size >= MOST) return;
    const call: Call = { ...said, by };
    this.#calls.set(space, { space, call, until: clock.now() + guestLimits.statesMs });
    if (before && JSON.stringify(before.call) === JSON.stringify(call)) return;
    if (before?.call.id !== call.id)
      // Of anybody else the hub does not learn whether they are in a call.
      for (const user of await busyOf(members, { by: by.id, space })) this.declined(space, call.id, user, 'busy');
    teller.state(space, call);
  }

  #end({ space, call }: Heard, reason: CallEnd): void {
    this.#calls.delete(space);
    this.#parts.teller.ended(space, call, reason);
    const place: Place = { space, channel: call.channel };
    const isMissed = reason === 'missed' || reason === 'busy';
    if (call.by.home === undefined && this.#parts.called(call.by.id, space) && isMissed)
      this.#parts.missed(call.by.id, place);
  }
}
