import { checkAlone, checkNextAside, peek } from '@folkmoot/federation/check-lines.ts';
import type { ExpectedStream } from '@folkmoot/federation/chain.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { HEALED_AT_ONCE, peerHeal } from '@folkmoot/protocol-spec/schemas/federation/streams.ts';
import { Refusal } from '../../base/errors.ts';
import type { Database } from '../../storage/database.ts';
import { query, sql } from '../../storage/query.ts';
import type { Committer } from '../../streams/committer.ts';
import { OutOfPlace, type StreamKey } from '../../streams/followed-log.ts';
import { findStream } from '../../streams/lines-store.ts';
import type { Restoration } from '../../streams/restoration.ts';
import type { SpaceLog } from '../../streams/space-log.ts';
import { bindPeer, type PeerBinding } from '../endpoint.ts';
import type { Evidence } from '../follower/evidence.ts';
import type { PeerKeys } from '../follower/peer-keys.ts';
import { HealTurns } from './heal-turns.ts';
import type { HubPorts } from './hub-ports.ts';
import { linesOf } from './receive-intents.ts';
import { requireUnblocked } from './space-access.ts';

const envelopesIn = query<
  StreamKey & { epoch: number; seq: number; to_epoch: number; to_seq: number; limit: number }
>()((p) =>
  sql
    .selectFrom('lines')
    .innerJoin('streams', 'streams.no', 'lines.stream_no')
    .select('lines.envelope')
    .where('streams.space', '=', p.space)
    .where('streams.stream', '=', p.stream)
    .where(sql<boolean>`(lines.epoch, lines.seq) >= (${p.epoch}, ${p.seq})`)
    .where(sql<boolean>`(lines.epoch, lines.seq) <= (${p.to_epoch}, ${p.to_seq})`)
    .orderBy('lines.epoch')
    .orderBy('lines.seq')
    .limit(p.limit),
);

export interface HealParts {
  self: string;
  database: Pick<Database, 'read'>;
  /** May write while this homeserver is restored. */
  committer: Pick<Committer, 'commit'>;
  spaceLog: Pick<SpaceLog, 'heal'>;
  restoration: Pick<Restoration, 'isActive' | 'took'>;
  keys: PeerKeys;
  evidence: Evidence;
  ports: Pick<HubPorts, 'findSpace'>;
}

/** Takes back lines of its own that this homeserver lost: its own signature proves each of them, whoever brings it. [HEAL-3] */
export function healBinding(parts: HealParts): PeerBinding {
  const { self, database, restoration, keys, ports } = parts;
  const turns = new HealTurns();
  return bindPeer(peerHeal, async ({ server, params: key, body }) => {
    if (!restoration.isActive) throw new Refusal('not_restoring');
    const texts = linesOf(body, HEALED_AT_ONCE).map((line) => line.toString('utf8'));
    await database.read(async (reader) => {
      await requireUnblocked(reader, key.space, server);
      if ((await ports.findSpace(reader, key.space))?.profile.hub !== self) throw new Refusal('not_found');
    });
    const expected = await keys.expected(key, self, texts, 'handed over');
    // Who has an event of a stream may know where it is; for anybody else there is no such stream. [VIS-2]
    if (!checkAlone(texts[0] ?? '', expected).ok) throw new Refusal('not_found');
    await turns.run(server, `${key.space} ${key.stream}`, body.length, () => take(parts, key, texts, expected));
    return { head: (await headOf(parts, key)) ?? null };
  });
}

async function take(parts: HealParts, key: StreamKey, texts: string[], expected: ExpectedStream): Promise<void> {
  const { committer, spaceLog, restoration } = parts;
  const head = await headOf(parts, key);
  const isKnown = (text: string) => {
    const at = peek(text);
    return !at || (head !== undefined && (at.epoch < head.epoch || (at.epoch === head.epoch && at.seq <= head.seq)));
  };
  await compareKnown(parts, key, texts.filter(isKnown), expected);
  const fresh = texts.filter((text) => !isKnown(text));
  // Signatures are checked by other threads: nobody who reads here waits for them.
  const { lines } = await checkNextAside(fresh, head ?? null, expected);
  if (lines.length === 0 || lines.some(({ kind }) => kind === 'hidden')) return;
  try {
    restoration.took(await committer.commit((tx) => spaceLog.heal(tx, key, lines)));
  } catch (error) {
    // Somebody else has handed them back meanwhile.
    if (!(error instanceof OutOfPlace)) throw error;
  }
}

/**
 * Another event of this homeserver at a place that has one proves that a number was used twice: both are kept. What is the same costs no
 * signature, and after one that is not signed here nothing more is looked at.
 */
async function compareKnown(
  { database, evidence }: HealParts,
  key: StreamKey,
  texts: readonly string[],
  expected: ExpectedStream,
): Promise<void> {
  const places = texts.map((text) => peek(text)).filter((at) => at !== undefined);
  const [first, last] = [places[0], places.at(-1)];
  if (!first || !last) return;
  const range = {
    ...key,
    epoch: first.epoch,
    seq: first.seq,
    to_epoch: last.epoch,
    to_seq: last.seq,
    limit: HEALED_AT_ONCE,
  };
  const here = new Set(
    (await database.read((reader) => reader.all(envelopesIn, range))).map(({ envelope }) => envelope),
  );
  for (const text of texts) {
    if (here.has(envelopeIn(text))) continue;
    const checked = checkAlone(text, expected);
    if (!checked.ok) return;
    if (checked.kind === 'event') await evidence.compare(key, checked.cursor, expected.hub, text);
  }
}

/** As it stands in the text of a line: `{"ev":…,"p":…}`. */
function envelopeIn(text: string): string {
  return text.slice('{"ev":'.length, text.indexOf(',"p":'));
}

async function headOf({ database }: HealParts, key: StreamKey): Promise<Cursor | undefined> {
  const row = await database.read((reader) => reader.get(findStream, key));
  return row && { epoch: row.epoch, seq: row.seq, hash: row.hash };
}
