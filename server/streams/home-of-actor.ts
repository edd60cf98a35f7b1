import { requireIdentity } from '@folkmoot/federation/identity.ts';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import type { IdentityDocument, Intent } from '@folkmoot/federation/schemas.ts';
import type { Reader } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

/** Who a user says to be when joining: signed by the user's own key. */
export interface JoinProfile {
  identity: Record<string, unknown>;
  display_name: string;
}

const findHome = query<{ id: string }>()((p) =>
  sql.selectFrom('users').select(['home', 'identity']).where('id', '=', p.id),
);

/** The identity document of a profile where it is that of this user at this home. */
function identityIn(profile: JoinProfile | undefined, user: string, home: string): IdentityDocument | undefined {
  try {
    const identity = profile && requireIdentity(profile.identity);
    return identity?.user === user && identity.home === home ? identity : undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

export const serialOf = (identity: string) => (JSON.parse(identity) as { serial?: number }).serial ?? 0;

/**
 * Whether `home` is where the user lives as far as is known here. A later identity document moves a user of another homeserver; an
 * account of this one moves only from here. [STR-19]
 */
async function livesAt(
  reader: Reader,
  user: string,
  home: string,
  serverName: string,
  moving?: IdentityDocument,
): Promise<boolean> {
  const row = await reader.get(findHome, { id: user });
  if (row === undefined || (row.home ?? serverName) === home) return true;
  return row.home !== null && moving !== undefined && moving.serial > serialOf(row.identity);
}

/** Whether the home that signed an intent, or the hub that vouches for its own user, is that of the actor. */
export async function actorLivesAt(reader: Reader, intent: Intent, hub: string, serverName: string): Promise<boolean> {
  const { actor, home, type, body } = intent;
  if (type !== 'member.join') return livesAt(reader, actor, home, serverName);
  const { profile } = body as { profile?: JoinProfile };
  const identity = identityIn(profile, actor, home);
  if (identity === undefined && (profile !== undefined || home !== hub)) return false;
  return livesAt(reader, actor, home, serverName, identity);
}
