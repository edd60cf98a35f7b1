import { Refusal } from '../base/errors.ts';
import type { Database, Reader, Writer } from '../storage/database.ts';
import type { Deed } from './binding.ts';
import type { Committer } from './committer.ts';
import type { Departures } from './departures.ts';
import { findIntent, findLine } from './lines-store.ts';
import type { Entry } from './outbox-entry.ts';
import type { Outbox } from './outbox.ts';
import type { RemoteHubs } from './remote-hubs.ts';
import { eventOfLine } from './event-of-line.ts';
import { type SpaceLog, type Submitted } from './space-log.ts';

/** A deed in a space that is there. */
export type DeedInSpace = Deed & { space: string };

/** A deed that refers to no message. */
export function deedIn(space: string, stream: string, actor: string, type: string, body: object): DeedInSpace {
  return { space, stream, actor, type, ref: [], body };
}

/** For deeds that are answered without a body. */
export const done = async (): Promise<void> => undefined;

/** A deed that depends on what is there when it happens; undefined where there is nothing to do. */
export interface PlannedDeed {
  space: string;
  plan(reader: Reader): Promise<DeedInSpace | undefined>;
}

/** The way of everything that somebody does in a space, whoever decides there. */
export interface Deeds {
  /**
   * In a space of this homeserver: decided, applied and read for the answer in one transaction. In any other: signed, sent to the hub, and
   * answered when the line has come back. Throws the Refusal of the decision, `pending` or `hub_away`. [PEND-2]
   */
  perform<T>(deed: DeedInSpace | PlannedDeed, answer: (reader: Reader, submitted: Submitted) => Promise<T>): Promise<T>;
  /** As a part of a larger change, without waiting for another hub. */
  within(tx: Writer, deed: DeedInSpace): Promise<void>;
}

export interface DeedsParts {
  database: Pick<Database, 'read'>;
  committer: Pick<Committer, 'commit'>;
  spaceLog: SpaceLog;
  remote: RemoteHubs;
  outbox: Outbox;
  departures: Pick<Departures, 'leave'>;
}

export function createDeeds({ database, committer, spaceLog, remote, outbox, departures }: DeedsParts): Deeds {
  /** Answers what is decided or known here, and queues everything else. */
  async function begin(tx: Writer, deed: DeedInSpace, hub: string): Promise<Submitted | Entry> {
    const { space, actor, stream, type, id } = deed;
    if (type !== 'member.join' && !(await remote.isMember(tx, space, actor))) throw new Refusal('not_found');
    const earlier = id && (await tx.get(findIntent, { space, actor, id }));
    const line = earlier && (await tx.get(findLine, earlier));
    if (line && (line.type !== type || line.stream !== stream)) throw new Refusal('conflict');
    if (line) return { event: eventOfLine(line), repeated: true };
    if (!remote.send && type !== 'member.leave') throw new Refusal('hub_away');
    return outbox.queue(tx, hub, deed);
  }

  return {
    async perform(deed, answer) {
      const begun = await committer.commit(async (tx) => {
        const hub = await remote.hubOf(tx, deed.space);
        const planned = 'plan' in deed ? await deed.plan(tx) : deed;
        if (!planned) return { answer: await answer(tx, { event: undefined, repeated: false }) };
        const submitted = hub === undefined ? await spaceLog.submit(tx, planned) : await begin(tx, planned, hub);
        return 'event' in submitted ? { answer: await answer(tx, submitted) } : { entry: submitted };
      });
      if ('answer' in begun) return begun.answer as Awaited<ReturnType<typeof answer>>;
      const submitted = await outbox.outcomeOf(begun.entry);
      return database.read((reader) => answer(reader, submitted));
    },

    async within(tx, deed) {
      const hub = await remote.hubOf(tx, deed.space);
      if (hub === undefined) await spaceLog.submit(tx, deed);
      else if (deed.type === 'member.leave') await departures.leave(tx, hub, deed.space, deed.actor);
      else if (remote.send) await outbox.queue(tx, hub, deed);
    },
  };
}
