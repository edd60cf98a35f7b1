import { Refusal } from '../../base/errors.ts';
import type { Reader } from '../../storage/database.ts';
import { findStream } from '../../streams/lines-store.ts';
import { findServerStream, findSpaceServer, isBlockedIn, type Place } from './visibility-store.ts';

export interface VisibleStream {
  no: number;
  space: string;
  stream: string;
  head: { epoch: number; seq: number; hash: string; ts: number };
  /** Up to where it may be read; absent where all of it may. */
  until?: Place;
}

/** Throws `server_blocked`, and `not_found` where the server has no members in the space: it looks as if there were none. [VIS-2] */
export async function requireServerIn(reader: Reader, space: string, server: string): Promise<void> {
  const { members } = await findServerIn(reader, space, server);
  if (members === 0) throw new Refusal('not_found');
}

/** Throws `server_blocked`, and `not_found` where the server may not see the stream or there is none. [VIS-2] */
export async function requireStream(
  reader: Reader,
  space: string,
  stream: string,
  server: string,
): Promise<VisibleStream> {
  const [row, found] = await Promise.all([
    findServerIn(reader, space, server),
    reader.get(findStream, { space, stream }),
  ]);
  if (!found) throw new Refusal('not_found');
  const { no, epoch, seq, hash, ts } = found;
  const visible = { no, space, stream, head: { epoch, seq, hash, ts } };
  if (stream === '_' && row.members === 0) {
    if (row.until_epoch === null || row.until_seq === null) throw new Refusal('not_found');
    return { ...visible, until: { epoch: row.until_epoch, seq: row.until_seq } };
  }
  if (stream !== '_' && (await reader.get(findServerStream, { server, stream_no: no }))?.visible !== 1)
    throw new Refusal('not_found');
  return visible;
}

async function findServerIn(reader: Reader, space: string, server: string) {
  const [blocked, row] = await Promise.all([
    reader.get(isBlockedIn, { space, server }),
    reader.get(findSpaceServer, { space, server }),
  ]);
  if (blocked) throw new Refusal('server_blocked');
  if (!row) throw new Refusal('not_found');
  return row;
}

export async function requireUnblocked(reader: Reader, space: string, server: string): Promise<void> {
  if (await reader.get(isBlockedIn, { space, server })) throw new Refusal('server_blocked');
}
