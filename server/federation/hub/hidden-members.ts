import type { Reader } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import { findSpaceServer, hiddenTest, type Place } from './visibility-store.ts';

type OfServer = { space: string; server: string };

const knownByHome = query<{ server: string; user: string }>()((p) =>
  sql.selectFrom('users').select('id').where('id', '=', p.user).where('home', '=', p.server),
);
const knownByActs = query<OfServer & { user: string }>()((p) =>
  sql
    .selectFrom('member_knowers')
    .select('user')
    .where('space', '=', p.space)
    .where('user', '=', p.user)
    .where('server', '=', p.server),
);

export interface HiddenLine extends Place {
  user: string;
}

/** Those of some lines of `_` that are about members whom not every homeserver knows. */
export async function hiddenAmong(
  reader: Reader,
  stream_no: number,
  places: readonly Place[],
): Promise<readonly HiddenLine[]> {
  const found: HiddenLine[] = [];
  for (const [epoch, inEpoch] of Map.groupBy(places, (place) => place.epoch)) {
    const hidden = sql
      .selectFrom('hidden_lines')
      .select(['epoch', 'seq', 'user'])
      .where('stream_no', '=', stream_no)
      .where('epoch', '=', epoch)
      .where(
        'seq',
        'in',
        inEpoch.map(({ seq }) => seq),
      );
    found.push(...(await reader.select(hidden)));
  }
  return found;
}

/** Whether a server is not told of these lines: it is neither the home of the member, nor has it a moderator or seen what they did. [UNL-5] */
export async function keptFrom(
  reader: Reader,
  { space, server }: OfServer,
  lines: readonly HiddenLine[],
): Promise<(place: Place) => boolean> {
  const kept = new Set<string>();
  if (lines.length > 0) {
    const moderates = (await reader.get(findSpaceServer, { space, server }))?.moderates === 1;
    const known = new Map<string, boolean>();
    for (const { user, epoch, seq } of lines) {
      if (!known.has(user)) known.set(user, await knows(reader, { space, server, user, moderates }));
      if (!known.get(user)) kept.add(`${epoch}.${seq}`);
    }
  }
  return ({ epoch, seq }) => kept.has(`${epoch}.${seq}`);
}

async function knows(
  reader: Reader,
  { space, server, user, moderates }: OfServer & { user: string; moderates: boolean },
): Promise<boolean> {
  if (moderates || user === server || (await reader.get(knownByHome, { server, user }))) return true;
  return (await reader.get(knownByActs, { space, server, user })) !== undefined;
}

/** Whether lines of a stream are hidden from a server, of any stream that it may see. */
export async function hiddenFrom(
  reader: Reader,
  server: string,
  { space, stream, no }: { space: string; stream: string; no: number },
  places: readonly Place[],
): Promise<(place: Place) => boolean> {
  if (stream !== '_') return hiddenTest(reader, { server, stream_no: no });
  return keptFrom(reader, { space, server }, await hiddenAmong(reader, no, places));
}
