import { automaticClauses } from './automatic-clauses.ts';
import type { Case, Scene } from './case.ts';
import { differenceOf } from './difference.ts';
import { GatewayConnection } from './gateway-connection.ts';
import { peopleOf } from './people.ts';
import type { Person } from './person.ts';
import type { Rules } from './rules.ts';
import { type Ability, hasAbility, type Target } from './target.ts';
import { eventually } from './waiting.ts';

/** How long what was sent may be on its way when a case is over. */
const snapshotMs = 30_000;

/** What a case needs and a target does not have. */
export function missingAbilities({ needs }: Case, target: Target): Ability[] {
  return needs.filter((ability) => !hasAbility(target, ability));
}

/** Plays one case; throws what went wrong. Everybody who watched to the end is asked whether they saw it all. */
export async function runCase({ body, patience }: Case, target: Target, rules: Rules): Promise<void> {
  const patient = AbortSignal.timeout(patience);
  const over = new AbortController();
  const signal = AbortSignal.any([patient, over.signal]);
  const everybody: Person[] = [];
  const parts = { url: target.url, rules, signal };
  const made = (person: Person) => void everybody.push(person);
  const scene = {
    people: peopleOf(target, parts, { watching: true, made }),
    visitors: peopleOf(target, parts, { watching: false, made }),
    visitorsAt: (other: Target) => peopleOf(other, { ...parts, url: other.url }, { watching: false, made }),
    peopleAt: (other: Target) => peopleOf(other, { ...parts, url: other.url }, { watching: true, made }),
    target,
    signal,
    rules,
  } as Scene<Ability>;
  try {
    await Promise.race([body(scene), givenUp(patient)]);
    await Promise.all(everybody.map((person) => checkSnapshot(person, rules)));
  } finally {
    for (const person of everybody) for (const connection of person.connections) connection.close();
    over.abort();
  }
}

/** Opening state and all events must be what a fresh opening state says. */
async function checkSnapshot(person: Person, rules: Rules): Promise<void> {
  const { gateway, parts } = person;
  if (!gateway?.state || !gateway.isOpen || person.token === undefined) return;
  const signal = AbortSignal.any([parts.signal, AbortSignal.timeout(snapshotMs)]);
  let difference: string | undefined;
  const isEqual = async () => {
    const fresh = new GatewayConnection({ ...parts, signal });
    await fresh.frame('hello');
    fresh.send({ op: 'identify', token: person.token });
    const { d } = await fresh.frame('ready');
    fresh.close();
    difference = differenceOf(gateway.state, d);
    return difference === undefined;
  };
  // Whose session has ended meanwhile has nothing to compare with.
  await eventually(signal, isEqual, 'events and opening state agree').catch(() => undefined);
  const holds = difference === undefined;
  rules.check(automaticClauses.snapshot, holds, () => `${person.name}: ${difference}; ${gateway.summary()}`);
}

function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // After those who wait, who can say what for.
    signal.addEventListener('abort', () => setTimeout(() => reject(new Error('took too long')), 100), { once: true });
  });
}
