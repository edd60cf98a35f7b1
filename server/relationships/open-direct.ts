import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Refusal } from '../base/errors.ts';
import type { Writer } from '../storage/database.ts';
import type { Shown } from '../streams/binding.ts';
import { acceptDirectOf } from './answer-request.ts';
import { isBlocked } from './blocks.ts';
import { homeOf } from './home-of.ts';
import type { DirectInvite, PeopleParts } from './parts.ts';
import { receiveInvite } from './receive-invite.ts';

/** The direct message with one other user, or a new group with several. [DM-1] */
export async function openDirect(parts: PeopleParts, user: string, others: readonly string[]): Promise<Space> {
  const { commit, spaces, database, signals, serverName } = parts;
  const [other, ...more] = others;
  if (other === undefined || others.includes(user)) throw new Refusal('invalid_body', { path: '/users' });
  if (more.length > 0) {
    const { space, told } = await commit(async (tx) => {
      await requireUnblocked(tx, user, others);
      const group = await spaces.createDirect(tx, user, 'group');
      const shown: Shown[] = [];
      for (const each of others) shown.push(...(await inviteHere(parts, tx, user, group, each)));
      return { space: await spaces.requireOpening(tx, user, group), told: shown };
    });
    for (const shown of told) signals.send(shown);
    return space;
  }
  await commit((tx) => requireUnblocked(tx, user, others));
  const asked = await acceptDirectOf(parts, user, other);
  if (asked) return asked;
  const away = await database.read(async (reader) => {
    const found = await spaces.findDirect(reader, user, other);
    return found && found.hub !== serverName ? found : undefined;
  });
  if (away) {
    if (!away.isReached) await inviteAway(parts, user, away.space, other);
    return database.read((reader) => spaces.requireOpening(reader, user, away.space));
  }
  const { space, told } = await commit(async (tx) => {
    await requireUnblocked(tx, user, others);
    const found = await spaces.findDirect(tx, user, other);
    const dm = found?.space ?? (await spaces.createDirect(tx, user, 'dm'));
    const shown = found?.isReached ? [] : await inviteHere(parts, tx, user, dm, other);
    return { space: await spaces.requireOpening(tx, user, dm), told: shown };
  });
  for (const shown of told) signals.send(shown);
  return space;
}

/** Invites more people into a group, wherever its hub is. [DM-5] */
export async function addToGroup(
  parts: PeopleParts,
  user: string,
  space: string,
  others: readonly string[],
): Promise<void> {
  const added = await parts.commit(async (tx) => {
    await requireUnblocked(tx, user, others);
    return parts.spaces.newInGroup(tx, user, space, others);
  });
  for (const other of added) await inviteAway(parts, user, space, other);
}

async function requireUnblocked(tx: Writer, user: string, others: readonly string[]): Promise<void> {
  for (const other of others) if (await isBlocked(tx, user, other)) throw new Refusal('conflict', { user: other });
}

async function inviteHere(parts: PeopleParts, tx: Writer, user: string, space: string, other: string) {
  return deliver(parts, tx, user, other, await parts.spaces.invite(tx, user, space, other));
}

async function inviteAway(parts: PeopleParts, user: string, space: string, other: string): Promise<void> {
  const { invite, submit } = await parts.database.read((reader) =>
    parts.spaces.inviteAtHub(reader, user, space, other),
  );
  await submit();
  const told = await parts.commit((tx) => deliver(parts, tx, user, other, invite));
  for (const shown of told) parts.signals.send(shown);
}

async function deliver(
  parts: PeopleParts,
  tx: Writer,
  from: string,
  to: string,
  invite: DirectInvite,
): Promise<Shown[]> {
  const home = await homeOf(tx, to);
  if (home === undefined) {
    const { told, accept } = await receiveInvite(parts, tx, to, from, invite);
    if (accept) parts.acceptSoon(accept);
    return told;
  }
  await parts.elsewhere.tell(tx, home, { about: 'invite', from, to, invite });
  return [];
}
