import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { lineText } from '@folkmoot/federation/envelope.ts';
import { importPublicKey, type PublicKey } from '@folkmoot/federation/keys.ts';
import { verifyChain } from '@folkmoot/federation/verify-chain.ts';
import { openDatabase } from '../storage/open-database.ts';
import { query, sql } from '../storage/query.ts';
import { linesOfStream } from '../streams/lines-store.ts';

const everyStream = query<object>()(() => sql.selectFrom('streams').selectAll());
const everyKey = query<object>()(() => sql.selectFrom('server_keys').selectAll());

/** Opens the data of a homeserver that does not run, proves every chain, and gives the hash of each line by its place. */
export async function chainsOf({
  folder,
  url,
}: {
  folder: string;
  url?: string | undefined;
}): Promise<Map<string, string>> {
  await using database = await openDatabase({ folder: join(folder, 'data'), url });
  return database.read(async (reader) => {
    const keys = new Map<string, PublicKey>();
    for (const { kid, jwk } of await reader.all(everyKey, {}))
      keys.set(kid, importPublicKey(JSON.parse(jwk) as Record<string, unknown>));
    const places = new Map<string, string>();
    for (const { no, space, stream, epoch, seq } of await reader.all(everyStream, {})) {
      const lines = await reader.all(linesOfStream, { stream_no: no, epoch: 0, seq: 0, limit: 1_000_000 });
      const texts = lines.map((line) => lineText(line.envelope, line.payload));
      const report = await verifyChain(texts, { space, stream, hub: 'localhost', keyOf: (_, kid) => keys.get(kid) });
      assert.equal(report.stop, undefined, JSON.stringify(report.stop));
      assert.deepEqual([report.head?.epoch, report.head?.seq], [epoch, seq], 'the head is not the last line');
      for (const line of lines)
        places.set(`${no} ${line.epoch}.${line.seq}`, createHash('sha256').update(line.envelope).digest('hex'));
    }
    return places;
  });
}
