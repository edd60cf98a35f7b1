import { type BotGrant, isToldOf, mayRead } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { permissionsOf } from '@folkmoot/protocol-spec/schemas/permissions-of.ts';
import type { Reader } from '../../storage/database.ts';
import type { HubPorts } from './hub-ports.ts';
import type { LineRow } from './line-text.ts';
import type { RemoteMember, SpaceAccess } from './visible-channels.ts';

/** A bot that sees a channel. */
export interface BotViewer {
  user: string;
  grant: BotGrant;
}

/** Channels that nobody of a homeserver sees but these bots. */
export type BotsAlone = ReadonlyMap<string, readonly BotViewer[]>;

export type BotPorts = Pick<HubPorts, 'spaceAccess' | 'membersFrom' | 'botHomes'>;

const nothing: BotsAlone = new Map();

/** For each of some homeservers with bots in a space what they see for bots alone; the others are left out. [BOT-13] */
export async function botsAloneIn(
  reader: Reader,
  ports: BotPorts,
  space: string,
  now: number,
  only?: string,
): Promise<Map<string, BotsAlone>> {
  const homes = (await ports.botHomes(reader, space)).filter((home) => only === undefined || home === only);
  const access = homes.length === 0 ? undefined : await ports.spaceAccess(reader, space);
  const found = new Map<string, BotsAlone>();
  if (!access) return found;
  const named = [access.owner, ...access.channels.flatMap(({ overrides }) => overrides.map(({ target }) => target))];
  const users = [...new Set(named.filter((target) => target.startsWith('u_')))];
  for (const home of homes) {
    const members = await ports.membersFrom(reader, space, home, users);
    found.set(home, botsAlone(access, members, now));
  }
  return found;
}

function botsAlone({ grants, ...access }: SpaceAccess, members: readonly RemoteMember[], now: number): BotsAlone {
  const { owner, kind, roles, channels } = access;
  const seenByPeople = new Set<string>();
  const seenByBots = new Map<string, BotViewer[]>();
  for (const { user, roles: held, bot } of members) {
    const grant = grants.get(user);
    if (bot === 1 && !grant) continue;
    const member = { user, roles: JSON.parse(held) as string[], ...(bot === 1 && grant ? { grant } : {}) };
    for (const { id, overrides } of channels) {
      if (!permissionsOf({ owner, kind, roles, member, now, channel: id, overrides }).has('channel.view')) continue;
      if (bot === 1 && grant) seenByBots.set(id, [...(seenByBots.get(id) ?? []), { user, grant }]);
      else seenByPeople.add(id);
    }
  }
  for (const channel of seenByPeople) seenByBots.delete(channel);
  return seenByBots.size === 0 ? nothing : seenByBots;
}

/** Whether the payload of a line is kept from a homeserver that would get it for these bots alone. [BOT-13] */
export function isWithheld(viewers: readonly BotViewer[], { type, payload }: LineRow): boolean {
  if (payload === null || !/^(message|reaction)\./.test(type)) return false;
  const told = viewers.filter(({ grant }) => isToldOf(grant.events, type));
  const hasText = type === 'message.create' || type === 'message.update';
  if (told.some(({ grant }) => grant.content || !hasText)) return false;
  const { intent, hub } = JSON.parse(payload) as {
    intent: { actor: string };
    hub?: { mentions?: { users?: readonly string[] } };
  };
  // What a bot did itself comes back to its homeserver whatever it is told of.
  if (viewers.some(({ user }) => user === intent.actor)) return false;
  return !told.some(({ user }) => mayRead(user, intent.actor, hub?.mentions ?? {}));
}
