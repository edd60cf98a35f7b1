import { LINES_OF_PAGE, type StateHeader } from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import { MEMBERS_AT_ONCE, type MembersHeader } from '@folkmoot/protocol-spec/schemas/federation/members.ts';
import { formatPosition, positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Reader } from '../../storage/database.ts';
import { Lines } from '../endpoint.ts';
import { type Checkpoints, isState } from './checkpoints.ts';
import { withinBytes } from './events-page.ts';
import type { HubPorts } from './hub-ports.ts';
import { hiddenFrom } from './hidden-members.ts';
import { lineFor } from './line-text.ts';
import type { VisibleStream } from './space-access.ts';
import { linesUnder, memberKeys, once, type StateRow, stateAfter } from './state-store.ts';

export interface StateParts {
  checkpoints: Checkpoints;
  ports: Pick<HubPorts, 'findSpace' | 'newestMembersFrom'>;
  server: string;
}

/** Members of the asking server that come with the first page. */
const OWN_MEMBERS = 50;
const text = (row: StateRow) => lineFor(row, false);

/** A page of what is the case in a stream; with the first one the members that the asking server has to know. [REP-7] */
export async function statePage(
  reader: Reader,
  parts: StateParts,
  stream: VisibleStream,
  after: string | undefined,
): Promise<Lines<StateHeader>> {
  const { checkpoints, server } = parts;
  const from = after === undefined ? { epoch: 0, seq: 0 } : positionOf(after);
  const rows = await stateAfter(reader, { stream_no: stream.no, ...from, limit: LINES_OF_PAGE });
  const isHidden = await hiddenFrom(reader, server, stream, rows);
  const members = after === undefined && stream.stream === '_' ? await ownMembers(reader, parts, stream) : [];
  const all = [...members.map(text), ...once(rows).map(text)];
  const fitting = withinBytes(all).length - members.length;
  const shown = once(rows).slice(0, Math.max(1, fitting));
  const isLast = rows.length < LINES_OF_PAGE && shown.length === once(rows).length;
  const last = shown.at(-1);
  const header = {
    checkpoint: await checkpoints.sign(reader, stream, server),
    next: isLast || !last ? null : formatPosition(last),
    members: members.length,
  };
  const state = shown.filter((row) => isState(row, isHidden(row)));
  return new Lines([...members, ...state].map(text), header);
}

async function ownMembers(reader: Reader, { ports, server }: StateParts, stream: VisibleStream): Promise<StateRow[]> {
  const { space, no } = stream;
  const found = await ports.findSpace(reader, space);
  const own = await ports.newestMembersFrom(reader, space, server, OWN_MEMBERS);
  const users = new Set([...(found ? [found.profile.owner] : []), ...own]);
  return linesUnder(
    reader,
    no,
    [...users].map((user) => `member:${user}`),
  );
}

/** A page of members that the server may know, with all that is the case about them, in the order of their ids; or some of them by name. [REP-8] */
export async function membersPage(
  reader: Reader,
  { checkpoints, server }: StateParts,
  stream: VisibleStream,
  { after = '', limit = MEMBERS_AT_ONCE, users }: { after?: string; limit?: number; users?: string },
): Promise<Lines<MembersHeader>> {
  const checkpoint = await checkpoints.sign(reader, stream, server);
  const linesOf = async (of: readonly string[]) => {
    const rows = await linesUnder(reader, stream.no, of);
    const isHidden = await hiddenFrom(reader, server, stream, rows);
    return rows.filter((row) => !isHidden(row)).map(text);
  };
  if (users !== undefined) {
    const keys = users.split(',').flatMap((user) => [`member:${user}`, `was:member:${user}`]);
    return new Lines(await linesOf(keys), { checkpoint, next: null });
  }
  const keys = await memberKeys(reader, { stream_no: stream.no, space: stream.space, server, after, limit });
  let shown = keys;
  let lines = await linesOf(keys);
  while (shown.length > 1 && withinBytes(lines).length < lines.length) {
    shown = shown.slice(0, Math.ceil(shown.length / 2));
    lines = await linesOf(shown);
  }
  const last = shown.at(-1)?.slice('member:'.length);
  const isLast = shown.length === keys.length && keys.length < limit;
  return new Lines(lines, { checkpoint, next: isLast || !last ? null : last });
}
