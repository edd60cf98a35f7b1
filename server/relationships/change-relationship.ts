import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Relationship } from '@folkmoot/protocol-spec/schemas/people.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import { homeOf } from './home-of.ts';
import type { PeopleParts } from './parts.ts';
import { admits } from './privacy.ts';
import { type Message, type Step, stepOfMessage } from './relationship-states.ts';
import { everyFrom, reopenRow } from './request-store.ts';
import {
  countIncoming,
  countIncomingFrom,
  countRelationships,
  deleteRelationship,
  findRelationship,
  putRelationship,
} from './relationship-store.ts';

type Parts = Pick<PeopleParts, 'clock' | 'spaces' | 'elsewhere' | 'acceptSoon'>;

/** Takes a step of a user towards another one, on both sides; answers with what sessions are to be told. Throws `limit_reached`. */
export async function takeStep(
  parts: Parts,
  tx: Writer,
  user: string,
  other: string,
  stepOf: (kind: Relationship['kind'] | 'none') => Step,
): Promise<Shown[]> {
  const before = (await tx.get(findRelationship, { user, other }))?.kind ?? 'none';
  const step = stepOf(before);
  if (before === 'none' && step.kind !== 'none') await requireRoom(tx, user);
  const told = await keep(parts, tx, user, other, before, step);
  return step.tell ? [...told, ...(await tell(parts, tx, user, other, step.tell))] : told;
}

/** The other side did something. What a block or the user's privacy keeps back changes nothing. [REL-6] [REL-7] */
export async function receiveMessage(
  parts: Parts,
  tx: Writer,
  user: string,
  from: string,
  message: Message,
): Promise<Shown[]> {
  const before = (await tx.get(findRelationship, { user, other: from }))?.kind ?? 'none';
  const step = stepOfMessage(before, message);
  if (before === 'none' && step.kind !== 'none') {
    if (!(await admits(parts, tx, user, 'requests_from', from)) || !(await hasRoomFor(tx, user, from))) return [];
  }
  const told = await keep(parts, tx, user, from, before, step);
  return step.tell ? [...told, ...(await tell(parts, tx, user, from, step.tell))] : told;
}

async function tell(parts: Parts, tx: Writer, from: string, to: string, message: Message): Promise<Shown[]> {
  const home = await homeOf(tx, to);
  if (home === undefined) return receiveMessage(parts, tx, to, from, message);
  await parts.elsewhere.tell(tx, home, { about: 'relationship', from, to, message });
  return [];
}

async function keep(
  parts: Parts,
  tx: Writer,
  user: string,
  other: string,
  before: Step['kind'],
  { kind }: Step,
): Promise<Shown[]> {
  if (kind === before) return [];
  if (kind === 'none') await tx.run(deleteRelationship, { user, other });
  else await tx.run(putRelationship, { user, other, kind, since: parts.clock.now() });
  if (kind === 'friend') await acceptEverythingOf(parts, tx, user, other);
  return [await shownRelationship(tx, user, other)];
}

/** What a friend asked for before is accepted now, the direct message also where it was ignored then. [REQ-1] */
async function acceptEverythingOf(parts: Parts, tx: Writer, user: string, sender: string): Promise<void> {
  for (const row of await tx.all(everyFrom, { user, sender })) {
    if (row.state === 'ignored' && row.kind !== 'dm') continue;
    await tx.run(reopenRow, row);
    parts.acceptSoon(row);
  }
}

export async function requireRelationship(reader: Reader, user: string, other: string): Promise<Relationship> {
  const row = await reader.get(findRelationship, { user, other });
  if (row === undefined) throw new Refusal('not_found');
  return { user: await userSummaryOf(reader, other), kind: row.kind, since: row.since };
}

async function shownRelationship(reader: Reader, user: string, other: string): Promise<Shown> {
  const audience = { to: 'user', user } as const;
  const row = await reader.get(findRelationship, { user, other });
  if (row === undefined) return { audience, t: 'relationship.removed', d: { user: other } };
  const relationship = await requireRelationship(reader, user, other);
  return { audience, t: 'relationship.updated', d: { relationship } };
}

async function requireRoom(reader: Reader, user: string): Promise<void> {
  if (Number((await reader.get(countRelationships, { user }))?.count) < limits.relationshipsPerUser) return;
  throw new Refusal('limit_reached', { limit: limits.relationshipsPerUser });
}

/** What waits for an answer leaves room for what the user does, and what comes from one homeserver for the rest. [REL-10] */
async function hasRoomFor(reader: Reader, user: string, from: string): Promise<boolean> {
  if (Number((await reader.get(countIncoming, { user }))?.count) >= limits.incomingPerUser) return false;
  const home = await homeOf(reader, from);
  if (home === undefined) return true;
  return Number((await reader.get(countIncomingFrom, { user, home }))?.count) < limits.incomingFromOneHome;
}
