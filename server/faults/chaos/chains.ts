import assert from 'node:assert/strict';
import type { Reader } from '../../storage/database.ts';
import { openDatabase } from '../../storage/open-database.ts';
import { query, sql } from '../../storage/query.ts';

const everyLine = query<object>()(() =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select(['streams.space', 'streams.stream', 'lines.epoch', 'lines.seq', 'lines.envelope']),
);
const everyHead = query<object>()(() => sql.selectFrom('streams').select(['space', 'stream', 'epoch', 'seq', 'hash']));

interface Copy {
  /** The signed envelope by stream and place. */
  lines: Map<string, string>;
  heads: Map<string, string>;
}

/** Reads the streams of a homeserver that does not run. */
export async function readCopy(data: string): Promise<Copy> {
  await using database = await openDatabase({ folder: data, url: undefined });
  return database.read(async (reader: Reader) => ({
    lines: new Map(
      (await reader.all(everyLine, {})).map((l) => [`${l.space} ${l.stream} ${l.epoch}.${l.seq}`, l.envelope]),
    ),
    heads: new Map(
      (await reader.all(everyHead, {})).map((s) => [`${s.space} ${s.stream}`, `${s.epoch}.${s.seq}.${s.hash}`]),
    ),
  }));
}

/** What two homeservers both have of a stream is the same, and both have come to the same head. */
export function requireEqual(one: Copy, other: Copy): void {
  for (const [place, envelope] of one.lines) {
    const theirs = other.lines.get(place);
    if (theirs !== undefined) assert.equal(theirs, envelope, `${place} is another event on another homeserver`);
  }
  for (const [stream, head] of one.heads) {
    const theirs = other.heads.get(stream);
    if (theirs !== undefined) assert.equal(theirs, head, `${stream} ends elsewhere on another homeserver`);
  }
}
