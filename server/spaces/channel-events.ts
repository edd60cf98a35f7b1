import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { Override } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';
import type { Tables } from '../storage/tables.ts';
import { bindEvent, type EventBinding, type Shown } from '../streams/binding.ts';
import { findStream } from '../streams/lines-store.ts';
import { recordAudit } from './audit-store.ts';
import { eraseStreamLater } from './erased-streams.ts';
import { changed, requireLowerRole } from './role-events.ts';
import { startMarkersAtHead } from './read-state.ts';
import { channelOf, countChannels, findChannelRow, findRoleRow } from './space-store.ts';
import {
  requireAbove,
  requireChannelStanding,
  requireOwn,
  requirePermission,
  requireRankOf,
  requireStanding,
  type Standing,
  standingIn,
} from './standing.ts';
import { findSeenMember } from './unlisted.ts';

type ChannelColumns = Tables['channels'];

const insertChannel = query<ChannelColumns>()((p) =>
  sql
    .insertInto('channels')
    .values({
      space: p.space,
      id: p.id,
      stream_no: p.stream_no,
      kind: p.kind,
      name: p.name,
      topic: p.topic,
      parent: p.parent,
      order: p.order,
      slow_mode: p.slow_mode,
      overrides: p.overrides,
      bitrate: p.bitrate,
      user_limit: p.user_limit,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const updateChannel = query<Omit<ChannelColumns, 'stream_no' | 'kind'>>()((p) =>
  sql
    .updateTable('channels')
    .set({
      name: p.name,
      topic: p.topic,
      parent: p.parent,
      order: p.order,
      slow_mode: p.slow_mode,
      overrides: p.overrides,
      bitrate: p.bitrate,
      user_limit: p.user_limit,
    })
    .where('space', '=', p.space)
    .where('id', '=', p.id),
);
const deleteChannel = query<{ space: string; id: string }>()((p) =>
  sql.deleteFrom('channels').where('space', '=', p.space).where('id', '=', p.id),
);
export const channelEvents: EventBinding[] = [
  bindEvent({
    type: 'channel.create',
    body: eventBodies['channel.create'],
    changesAccess: true,
    async decide(tx, { actor, space = '', stream, body }, now) {
      const standing = await requireStanding(tx, space, actor, now);
      if (standing.space.kind === 'community') requirePermission(standing, 'channel.manage');
      else await requireFirstChannel(tx, standing, body.kind);
      if (stream === '_' || (await tx.get(findStream, { space, stream }))) throw new Refusal('conflict');
      if (Number((await tx.get(countChannels, { space }))?.count) >= limits.channelsPerSpace) {
        throw new Refusal('limit_reached', { limit: limits.channelsPerSpace });
      }
      await requireParent(tx, standing, body.kind, body.parent, now);
      requireVoice(body.kind, body);
      await requireOverrides(tx, standing, [], body.overrides);
      return undefined;
    },
    async apply(tx, event) {
      const { overrides, ...fields } = event.body;
      await tx.run(insertChannel, {
        space: event.space,
        id: event.stream,
        stream_no: event.streamNo,
        bitrate: null,
        user_limit: null,
        ...fields,
        overrides: await knownOverrides(tx, event.space, overrides),
      });
      if (event.asState && event.pos > 0) await startMarkersAtHead(tx, event.space, event.streamNo);
      await recordAudit(tx, event, { target: event.stream, targetName: fields.name, changes: event.body });
    },
    state: () => ({ key: 'channel', set: 'first' }),
    show: (reader, event) => showChannel(reader, event, 'channel.created'),
  }),

  bindEvent({
    type: 'channel.update',
    body: eventBodies['channel.update'],
    changesAccess: true,
    async decide(tx, { actor, space = '', stream, body }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      requirePermission(standing, 'channel.manage');
      if (body.parent !== undefined) await requireParent(tx, standing, standing.channel.kind, body.parent, now);
      requireVoice(standing.channel.kind, body);
      if (body.overrides) await requireOverrides(tx, standing, standing.channel.overrides, body.overrides);
      return undefined;
    },
    async apply(tx, event) {
      const row = await tx.get(findChannelRow, { space: event.space, channel: event.stream });
      if (!row) return;
      const { overrides, ...fields } = event.body;
      const { stream_no: _no, kind: _kind, ...before } = row;
      await tx.run(updateChannel, {
        ...before,
        ...fields,
        overrides: overrides ? await knownOverrides(tx, event.space, overrides) : row.overrides,
      });
      await recordAudit(tx, event, { target: event.stream, targetName: row.name, changes: event.body });
    },
    state: () => ({ key: 'channel', set: 'more' }),
    show: (reader, event) => showChannel(reader, event, 'channel.updated'),
  }),

  bindEvent({
    type: 'channel.delete',
    body: eventBodies['channel.delete'],
    changesAccess: true,
    async decide(tx, { actor, space = '', stream }, now) {
      const standing = await requireChannelStanding(tx, space, stream, actor, now);
      requirePermission(standing, 'channel.manage');
      return undefined;
    },
    async apply(tx, event) {
      const row = await tx.get(findChannelRow, { space: event.space, channel: event.stream });
      await tx.run(deleteChannel, { space: event.space, id: event.stream });
      await eraseStreamLater(tx, event.streamNo);
      await recordAudit(tx, event, { target: event.stream, targetName: row?.name ?? null });
    },
    state: () => ({ key: 'channel', set: 'gone' }),
    // The gateway tells those who saw it that it is gone.
    show: async () => [],
  }),
];

/** Those of roles that are gone went with them, also where the update was decided before and is applied after. */
async function knownOverrides(tx: Writer, space: string, overrides: readonly Override[]): Promise<string> {
  const known: Override[] = [];
  for (const override of overrides) {
    const { target } = override;
    if (target.startsWith('u_') || (await tx.get(findRoleRow, { space, role: target }))) known.push(override);
  }
  return JSON.stringify(known);
}

async function showChannel(
  reader: Reader,
  { space, stream }: { space: string; stream: string },
  t: string,
): Promise<Shown[]> {
  const row = await reader.get(findChannelRow, { space, channel: stream });
  return row ? [{ audience: { to: 'channel', space, channel: stream }, t, d: { space, channel: channelOf(row) } }] : [];
}

/** A direct message or group has the one channel that it is founded with. [DM-2] */
async function requireFirstChannel(reader: Reader, { space, user }: Standing, kind: string): Promise<void> {
  const isFirst = Number((await reader.get(countChannels, { space: space.id }))?.count) === 0;
  if (!isFirst || kind !== 'text' || space.owner !== user)
    throw new Refusal('missing_permission', { permission: 'channel.manage' });
}

/** Categories stand at the top, everything else there or in a category. */
async function requireParent(
  reader: Reader,
  standing: Standing,
  kind: string,
  parent: string | null,
  now: number,
): Promise<void> {
  if (parent === null) return;
  const row = await reader.get(findChannelRow, { space: standing.space.id, channel: parent });
  const isSeen = row?.kind === 'category' && standingIn(standing, row, now) !== undefined;
  if (!isSeen || kind === 'category')
    throw new Refusal('invalid_body', { path: '/parent', expected: 'a category of this community' });
}

/** Only voice channels have a sound and a size. [CHN-6] */
function requireVoice(
  kind: string,
  { bitrate, user_limit: userLimit }: { bitrate?: number | null; user_limit?: number | null },
): void {
  if (kind !== 'voice' && ((bitrate ?? null) !== null || (userLimit ?? null) !== null))
    throw new Refusal('invalid_body', { path: '/bitrate', expected: 'only for voice channels' });
}

/** An override may change only what its maker has, and only for those below. [PERM-6] */
async function requireOverrides(
  reader: Reader,
  standing: Standing,
  before: readonly Override[],
  after: readonly Override[],
): Promise<void> {
  const targets = new Set([...before, ...after].map((override) => override.target));
  if (new Set(after.map((override) => override.target)).size !== after.length)
    throw new Refusal('invalid_body', { path: '/overrides', expected: 'one for each target' });
  for (const target of targets) {
    const old = before.find((override) => override.target === target);
    const fresh = after.find((override) => override.target === target);
    const bits = [...changed(old?.allow ?? [], fresh?.allow ?? []), ...changed(old?.deny ?? [], fresh?.deny ?? [])];
    if (bits.length === 0 && old && fresh) continue;
    requireOwn(standing, bits);
    if (target.startsWith('u_')) {
      const isMember = (await findSeenMember(reader, standing.space.id, target, standing)) !== undefined;
      if (!isMember && !old) throw new Refusal('not_found');
      if (isMember && target !== standing.user) requireAbove(standing, await requireRankOf(reader, standing, target));
    } else if (target !== 'everyone') {
      await requireLowerRole(reader, standing, target);
    }
  }
}
