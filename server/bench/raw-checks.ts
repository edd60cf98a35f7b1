import { lineText } from '@folkmoot/federation/envelope.ts';
import { importPublicKey, type PublicKey } from '@folkmoot/federation/keys.ts';
import { verifyChain } from '@folkmoot/federation/verify-chain.ts';
import type { Homeserver } from '../app.ts';
import { findStream, linesOfStream } from '../streams/lines-store.ts';

/** Lines a second of which everything is checked and nothing kept: canonical bytes, hash, chain, signatures. */
export async function rawChecks(
  { database, keys, config }: Homeserver,
  space: string,
  stream: string,
  home?: PublicKey,
): Promise<number> {
  const key = importPublicKey(keys.signing.publicJwk);
  const texts = await database.read(async (reader) => {
    const no = (await reader.get(findStream, { space, stream }))?.no ?? 0;
    const lines = await reader.all(linesOfStream, { stream_no: no, epoch: 0, seq: 0, limit: 1_000_000 });
    return lines.map(({ envelope, payload }) => lineText(envelope, payload));
  });
  const start = performance.now();
  const report = await verifyChain(texts, {
    space,
    stream,
    hub: config.server_name,
    keyOf: (_, kid) => [key, home].find((one) => one?.kid === kid),
  });
  if (report.unattributed > 0) throw new Error(`${report.unattributed} lines are unattributed`);
  if (report.stop) throw new Error(`the chain does not hold: ${report.stop.code}`);
  return texts.length / ((performance.now() - start) / 1_000);
}
