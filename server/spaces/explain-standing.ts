import { permissionNames } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { userSummaryOf } from '../accounts/user-summary.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader } from '../storage/database.ts';
import { hiddenOrNot, requireChannelStanding, requirePermission, requireStanding, type Standing } from './standing.ts';
import { findSeenMember } from './unlisted.ts';

export interface Explained {
  permission: string;
  allowed: boolean;
  by: string;
  source?: string;
  source_name?: string;
}

/** What decides each permission, by name. Others than the own ones are for those who manage roles. [PERM-4] */
export async function explainStanding(
  reader: Reader,
  space: string,
  viewer: string,
  { user = viewer, channel }: { user?: string; channel?: string },
  now: number,
): Promise<{ permissions: Explained[] }> {
  const inSpace = await requireStanding(reader, space, viewer, now);
  const seen = channel === undefined ? undefined : await requireChannelStanding(reader, space, channel, viewer, now);
  const own = seen ?? inSpace;
  if (user === viewer) return { permissions: await explain(reader, own) };
  requirePermission(own, 'role.manage');
  if (!(await findSeenMember(reader, space, user, inSpace))) throw new Refusal('not_found');
  const other = await requireStanding(reader, space, user, now);
  return { permissions: await explain(reader, seen ? hiddenOrNot(other, seen.row, now) : other) };
}

async function explain(reader: Reader, standing: Standing): Promise<Explained[]> {
  const permissions: Explained[] = [];
  for (const permission of permissionNames) {
    const { allowed = false, by = 'nothing', source } = standing.explain(permission) ?? {};
    permissions.push({
      permission,
      allowed,
      by,
      ...(source ? { source, source_name: await nameOf(reader, standing, source) } : {}),
    });
  }
  return permissions;
}

async function nameOf(reader: Reader, standing: Standing, source: string): Promise<string> {
  return standing.roles.find((role) => role.id === source)?.name ?? (await userSummaryOf(reader, source)).display_name;
}
