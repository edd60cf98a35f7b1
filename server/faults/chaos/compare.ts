import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { NetworkHomeserver } from '../../testing/spawned-network.ts';
import type { Restored } from './faults.ts';
import type { Actor, Place, World } from './world.ts';
import { contentOf, type Promised } from './writers.ts';

const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 500;

/**
 * Waits until everybody sees the same in every place, with each promised message in it exactly once, unless only a homeserver knew of it
 * that was restored to an older state. Throws where that does not come; answers how many were lost so.
 */
export async function requireConvergence(
  world: World,
  promised: readonly Promised[],
  restored: readonly Restored[],
): Promise<{ lost: number }> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      let lost = 0;
      for (const place of world.places) lost += await requireSame(place, promised, restored);
      return { lost };
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(LOOK_EVERY_MS);
    }
  }
}

async function requireSame(
  place: Place,
  promised: readonly Promised[],
  restored: readonly Restored[],
): Promise<number> {
  const views = await Promise.all(
    place.seenBy.map(async (actor) => ({ actor, messages: await readAll(actor, place) })),
  );
  const [first, ...others] = views;
  if (!first) return 0;
  const wanted = first.messages.map(lineOf);
  for (const { actor, messages } of others) {
    assert.deepEqual(messages.map(lineOf), wanted, `${nameOf(actor)} does not see what ${nameOf(first.actor)} sees`);
  }
  let lost = 0;
  const seen = Map.groupBy(first.messages, ({ intent }) => intent);
  for (const one of promised.filter((promise) => promise.place === place)) {
    const { intent, id, by } = one;
    const found = seen.get(intent) ?? [];
    if (found.length === 0 && mayBeLost(one, restored)) {
      lost++;
      continue;
    }
    assert.equal(found.length, 1, `message ${intent} of ${nameOf(by)} is there ${found.length} times`);
    const [message] = found;
    assert.equal(message?.author.id, by.person.account.id, `message ${intent} has another author`);
    assert.equal(message.content, contentOf(one), `message ${intent} says something else`);
    if (id !== undefined && !wasRestored(place.hub, one, restored))
      assert.equal(message.id, id, `message ${intent} has another place`);
  }
  return lost;
}

/**
 * A message whose home was put back to before the promise, where nobody else had to know of it: the home is the hub, the message only
 * waited, or the hub was put back as well. What the home of its author still has comes back to every hub.
 */
function mayBeLost(promise: Promised, restored: readonly Restored[]): boolean {
  const { by, id, place } = promise;
  if (!wasRestored(by.at, promise, restored)) return false;
  return by.at === place.hub || id === undefined || wasRestored(place.hub, promise, restored);
}

const wasRestored = (which: NetworkHomeserver, { at }: Promised, restored: readonly Restored[]) =>
  restored.some(({ homeserver, since, until }) => homeserver === which && since <= at && at <= until);

const lineOf = ({ id, author, content }: Message) => `${id} ${author.id} ${content}`;
const nameOf = ({ person, at }: Actor) => `${person.account.handle}@${at.name}`;

/** From the newest backwards, as somebody who scrolls up; without what is no part of the history any more. */
async function readAll({ person }: Actor, { space, channel }: Place): Promise<Message[]> {
  const all: Message[] = [];
  for (let before: string | undefined; ; before = all[0]?.id) {
    const query = { limit: 100, ...(before === undefined ? {} : { before }) };
    const page = await person.client.call(listMessages, { params: { space, channel }, query });
    all.unshift(...page.messages);
    if (page.messages.length === 0 || !page.more_before) return all.filter(({ orphaned }) => !orphaned);
  }
}
