import { randomId } from '@folkmoot/federation/ids.ts';
import type { EventBody } from '@folkmoot/protocol-spec/schemas/events.ts';
import {
  defaultPermissions,
  directPermissions,
  type Override,
  type Permission,
} from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { Writer } from '../storage/database.ts';
import type { ServerKeys } from '../streams/server-keys.ts';
import { eventOf, type SpaceLog } from '../streams/space-log.ts';
import { type TemplateName, templates } from './templates.ts';

export interface NewSpace {
  name: string;
  description: string;
  template: TemplateName;
}

export interface CreateSpaceParts {
  spaceLog: SpaceLog;
  serverName: string;
  keys: ServerKeys;
}

type Submit = (stream: string, type: string, body: object) => Promise<unknown>;

/** Founds a community with its owner and the channels and roles of a template; returns its id. */
export async function createSpace(
  parts: CreateSpaceParts,
  tx: Writer,
  owner: string,
  { name, description, template: templateName }: NewSpace,
): Promise<string> {
  const genesis = { kind: 'community', name, description, permissions: defaultPermissions } as const;
  const { space, submit } = await foundSpace(parts, tx, owner, genesis);
  const template = templates[templateName];
  const roles = new Map<string, string>();
  for (const { name, color, rank, permissions, hoist } of template.roles) {
    const role = randomId('r_');
    roles.set(name, role);
    await submit('_', 'role.create', { role, name, color, rank, permissions, hoist, mentionable: false });
  }
  const idsOf = (names: readonly string[]) => names.flatMap((name) => roles.get(name) ?? []);
  let order = 0;
  for (const category of template.categories) {
    const parent = category.name === null ? null : randomId('c_');
    if (parent) {
      const overrides = category.only ? privateFor(idsOf(category.only)) : [];
      await submit(parent, 'channel.create', {
        ...channelBody('category', category.name ?? '', null, order++),
        overrides,
      });
    }
    for (const { kind, name, topic, only, readOnly } of category.channels) {
      const overrides = only ? privateFor(idsOf(only)) : readOnly ? closedToWriting(idsOf(readOnly)) : [];
      await submit(randomId('c_'), 'channel.create', {
        ...channelBody(kind, name, parent, order++),
        topic: topic ?? '',
        overrides,
      });
    }
  }
  return space;
}

/** Founds a direct message or group, in which only its owner is so far, with its one channel. [DM-2] */
export async function createDirect(
  parts: CreateSpaceParts,
  tx: Writer,
  owner: string,
  kind: 'dm' | 'group',
): Promise<{ space: string; submit: Submit }> {
  const permissions = directPermissions[kind].filter((permission) => permission !== 'member.kick');
  const founded = await foundSpace(parts, tx, owner, { kind, name: '', description: '', permissions });
  await founded.submit(randomId('c_'), 'channel.create', channelBody('text', 'messages', null, 0));
  return founded;
}

async function foundSpace(
  { spaceLog, serverName, keys }: CreateSpaceParts,
  tx: Writer,
  owner: string,
  given: Pick<EventBody<'space.create'>, 'kind' | 'name' | 'description' | 'permissions'>,
): Promise<{ space: string; submit: Submit }> {
  const genesis: EventBody<'space.create'> = {
    ...given,
    hub: serverName,
    key: keys.signing.publicJwk,
    root: keys.root.publicJwk,
    owner,
    recovery: [],
  };
  const founding = { actor: owner, space: undefined, stream: '_', type: 'space.create', ref: [], body: genesis };
  const { space } = eventOf(await spaceLog.submit(tx, founding));
  const submit: Submit = (stream, type, body) =>
    spaceLog.submit(tx, { actor: owner, space, stream, type, ref: [], body });
  await submit('_', 'member.join', {});
  return { space, submit };
}

function channelBody(kind: 'text' | 'voice' | 'category', name: string, parent: string | null, order: number) {
  return { kind, name, topic: '', parent, order, slow_mode: 0, overrides: [] as Override[] };
}

/** Hidden from everyone but some roles or members. */
export function privateFor(targets: readonly string[]): Override[] {
  const allow: Permission[] = ['channel.view', 'message.history', 'message.send'];
  return [
    { target: 'everyone', allow: [], deny: ['channel.view'] },
    ...targets.map((target) => ({ target, allow, deny: [] })),
  ];
}

function closedToWriting(except: readonly string[]): Override[] {
  return [
    { target: 'everyone', allow: [], deny: ['message.send'] },
    ...except.map((target) => ({ target, allow: ['message.send' as Permission], deny: [] })),
  ];
}
