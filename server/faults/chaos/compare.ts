import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { listMessages } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { Actor, Place, World } from './world.ts';
import type { Promised } from './writers.ts';

const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 500;

/** Waits until everybody sees the same in every place, with each promised message in it exactly once. Throws where that does not come. */
export async function requireConvergence(world: World, promised: readonly Promised[]): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      for (const place of world.places) await requireSame(place, promised);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(LOOK_EVERY_MS);
    }
  }
}

async function requireSame(place: Place, promised: readonly Promised[]): Promise<void> {
  const views = await Promise.all(
    place.seenBy.map(async (actor) => ({ actor, messages: await readAll(actor, place) })),
  );
  const [first, ...others] = views;
  if (!first) return;
  const wanted = first.messages.map(lineOf);
  for (const { actor, messages } of others) {
    assert.deepEqual(messages.map(lineOf), wanted, `${nameOf(actor)} does not see what ${nameOf(first.actor)} sees`);
  }
  const seen = Map.groupBy(first.messages, ({ intent }) => intent);
  for (const { intent, id, by } of promised.filter((one) => one.place === place)) {
    const found = seen.get(intent) ?? [];
    assert.equal(found.length, 1, `message ${intent} of ${nameOf(by)} is there ${found.length} times`);
    assert.equal(found[0]?.author.id, by.person.account.id, `message ${intent} has another author`);
    if (id !== undefined) assert.equal(found[0]?.id, id, `message ${intent} has another place`);
  }
}

const lineOf = ({ id, author, content }: Message) => `${id} ${author.id} ${content}`;
const nameOf = ({ person, at }: Actor) => `${person.account.handle}@${at.name}`;

/** From the newest backwards, as somebody who scrolls up. */
async function readAll({ person }: Actor, { space, channel }: Place): Promise<Message[]> {
  const all: Message[] = [];
  for (let before: string | undefined; ; before = all[0]?.id) {
    const query = { limit: 100, ...(before === undefined ? {} : { before }) };
    const page = await person.client.call(listMessages, { params: { space, channel }, query });
    all.unshift(...page.messages);
    if (page.messages.length === 0 || !page.more_before) return all;
  }
}
