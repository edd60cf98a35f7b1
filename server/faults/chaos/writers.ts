import { setTimeout as wait } from 'node:timers/promises';
import { randomId } from '@folkmoot/federation/ids.ts';
import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Random } from './random.ts';
import type { Actor, Place, World } from './world.ts';

/** A message that somebody was told is safe: it has its place, or waits for the hub. */
export interface Promised {
  intent: string;
  place: Place;
  by: Actor;
  /** When, in ms. */
  at: number;
  /** Absent while it waits. */
  id?: string;
}

export interface Writers {
  readonly promised: readonly Promised[];
  /** How often a homeserver that was down or cut off gave no answer. */
  readonly unanswered: number;
  stop(): Promise<void>;
}

const PAUSE_MS = 30;

export const contentOf = ({ by, intent }: Pick<Promised, 'by' | 'intent'>) =>
  `${by.person.account.handle} says ${intent}`;

/** Everybody writes until `stop`, each in turn somewhere they may. */
export function startWriters(world: World, random: Random): Writers {
  const promised: Promised[] = [];
  let unanswered = 0;
  let stopped = false;

  async function write(by: Actor): Promise<void> {
    const own = world.places.filter((place) => place.seenBy.includes(by));
    while (!stopped) {
      const place = random.pick(own);
      const intent = randomId('i_');
      try {
        const { space, channel } = place;
        const body = { content: contentOf({ by, intent }), nonce: intent };
        const { id } = await by.person.client.call(sendMessage, { params: { space, channel }, body });
        promised.push({ intent, place, by, at: Date.now(), id });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code === 'pending') promised.push({ intent, place, by, at: Date.now() });
        else if (isNoAnswer(error)) unanswered++;
        else throw error;
      }
      await wait(PAUSE_MS);
    }
  }
  const running = world.actors.map(write);
  const failed = Promise.all(running);
  failed.catch(() => (stopped = true));
  return {
    promised,
    get unanswered() {
      return unanswered;
    },
    async stop() {
      stopped = true;
      await failed;
    },
  };
}

/** The connection broke, or the homeserver was stopping or not there: nothing was promised. */
function isNoAnswer({ status }: ApiError): boolean {
  return status === 0 || status === 502 || status === 503;
}
