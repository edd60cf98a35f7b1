import { randomUUID } from 'node:crypto';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import type { Call, CallEnd } from '@folkmoot/protocol-spec/schemas/voice-state.ts';
import { voiceLimits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Place } from '../participant.ts';
import type { CallTeller } from './call-teller.ts';

export interface CallsParts {
  teller: Pick<CallTeller, 'state' | 'ended'>;
  /** Members of a direct message or group, of this homeserver and of others. */
  membersOf(space: string): Promise<string[]>;
  /** Of these users of this homeserver, who talks in another call and would let the caller know. */
  busyOf(users: readonly string[], call: { by: string; space: string }): Promise<string[]>;
  /** Who is in the room of a call. */
  insideOf(space: string): string[];
  /** Nobody took the call: sends those who are still there out. */
  sendOut(space: string): void;
  /** A user of this homeserver called in vain. */
  missed(by: string, place: Place): void;
  clock: Clock;
  log: Log;
  ringMs?: number;
}

interface Ringing {
  readonly space: string;
  call: Call;
  timer: NodeJS.Timeout;
}

/** Calls in direct messages and groups that this homeserver is the hub of. Whoever goes in first calls the others. [CALL-1] */
export class Calls {
  readonly #parts: CallsParts;
  readonly #calls = new Map<string, Ringing>();
  /** How long nobody has to answer. */
  ringMs: number;

  constructor(parts: CallsParts) {
    this.#parts = parts;
    this.ringMs = parts.ringMs ?? voiceLimits.ringMs;
  }

  of(space: string): Call | undefined {
    return this.#calls.get(space)?.call;
  }

  all(): { space: string; call: Call }[] {
    return [...this.#calls.values()].map(({ space, call }) => ({ space, call }));
  }

  entered({ space, channel }: Place, user: UserSummary): void {
    const running = this.#calls.get(space);
    if (running === undefined) return this.#begin({ space, channel }, user);
    const { call } = running;
    if (user.id === call.by.id) return;
    this.#change(running, { answered: true, ringing: call.ringing.filter((one) => one !== user.id) });
  }

  /** Somebody went out of a room. */
  left({ space }: Place): void {
    const running = this.#calls.get(space);
    if (running === undefined || this.#parts.insideOf(space).length > 0) return;
    this.#end(running, running.call.answered ? 'ended' : 'missed');
  }

  /** False where the call does not ring for this user. */
  declined(space: string, id: string, user: string, reason: 'declined' | 'busy'): boolean {
    const running = this.#calls.get(space);
    if (running?.call.id !== id || !running.call.ringing.includes(user)) return false;
    this.#stopRinging(running, [user], reason);
    return true;
  }

  close(): void {
    for (const { timer } of this.#calls.values()) clearTimeout(timer);
    this.#calls.clear();
  }

  #begin({ space, channel }: Place, by: UserSummary): void {
    const { clock, log } = this.#parts;
    const call: Call = { id: randomUUID(), channel, by, since: clock.now(), ringing: [], answered: false };
    const overdue = () => this.#stopRinging(running, running.call.ringing, 'missed');
    const running: Ringing = { space, call, timer: setTimeout(overdue, this.ringMs).unref() };
    this.#calls.set(space, running);
    this.#ring(running).catch((error: unknown) => log.error({ err: error, space }, 'nobody is rung for a call'));
  }

  async #ring(running: Ringing): Promise<void> {
    const { membersOf, busyOf, insideOf } = this.#parts;
    const { space, call } = running;
    const members = await membersOf(space);
    const busy = await busyOf(members, { by: call.by.id, space });
    if (this.#calls.get(space) !== running) return;
    const inside = new Set([...insideOf(space), call.by.id]);
    const ringing = members.filter((one) => !inside.has(one));
    if (busy.length === 0) return this.#change(running, { ringing });
    running.call = { ...call, ringing };
    this.#stopRinging(running, busy, 'busy');
  }

  #stopRinging(running: Ringing, users: readonly string[], reason: 'declined' | 'busy' | 'missed'): void {
    if (this.#calls.get(running.space) !== running) return;
    const { call, space } = running;
    const ringing = call.ringing.filter((one) => !users.includes(one));
    if (ringing.length > 0 || call.answered || this.#parts.insideOf(space).length > 1)
      return this.#change(running, { ringing });
    this.#end(running, reason);
    this.#parts.sendOut(space);
  }

  #change(running: Ringing, change: Partial<Call>): void {
    running.call = { ...running.call, ...change };
    this.#parts.teller.state(running.space, running.call);
  }

  #end({ space, call, timer }: Ringing, reason: CallEnd): void {
    clearTimeout(timer);
    this.#calls.delete(space);
    this.#parts.teller.ended(space, call, reason);
    const isOwn = call.by.home === undefined;
    if (isOwn && (reason === 'missed' || reason === 'busy'))
      this.#parts.missed(call.by.id, { space, channel: call.channel });
  }
}
