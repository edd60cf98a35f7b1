import { BoundedMap } from '@folkmoot/federation/bounded-map.ts';
import { peopleLimits } from '@folkmoot/protocol-spec/schemas/federation/people.ts';
import type { Writer } from '../storage/database.ts';
import { query, sql } from '../storage/query.ts';

const noteReceived = query<{ server: string; id: string; ts: number }>()((p) =>
  sql
    .insertInto('people_received')
    .values({ server: p.server, id: p.id, ts: p.ts })
    .onConflict((conflict) => conflict.doNothing()),
);
const forgetBefore = query<{ before: number }>()((p) => sql.deleteFrom('people_received').where('ts', '<', p.before));
const oldestKept = query<{ server: string; kept: number }>()((p) =>
  sql
    .selectFrom('people_received')
    .select('ts')
    .where('server', '=', p.server)
    .orderBy('ts', 'desc')
    .limit(1)
    .offset(p.kept),
);
const forgetOf = query<{ server: string; upTo: number }>()((p) =>
  sql.deleteFrom('people_received').where('server', '=', p.server).where('ts', '<=', p.upTo),
);

/**
 * Which letters came before. Each homeserver sends them in order, the next when the last was taken, and nobody else can send them: what it
 * may send again by mistake is among its newest, and what it sends again on purpose it could write anew. [PPL-4]
 */
export class ReceivedLetters {
  /** Since its oldest were forgotten. */
  readonly #since = new BoundedMap<string, number>(10_000);
  readonly #kept: number;
  /** After so many letters of one homeserver its oldest are looked for. */
  readonly #turn: number;

  constructor(kept: number = peopleLimits.remembered) {
    this.#kept = kept;
    this.#turn = Math.ceil(kept / 40);
  }

  /** False for a letter that came before. */
  async note(tx: Writer, server: string, id: string, now: number): Promise<boolean> {
    if ((await tx.run(noteReceived, { server, id, ts: now })) === 0) return false;
    await tx.run(forgetBefore, { before: now - peopleLimits.rememberedMs });
    const since = (this.#since.get(server) ?? 0) + 1;
    this.#since.set(server, since % this.#turn);
    if (since < this.#turn) return true;
    const oldest = await tx.get(oldestKept, { server, kept: this.#kept });
    if (oldest) await tx.run(forgetOf, { server, upTo: oldest.ts });
    return true;
  }
}
