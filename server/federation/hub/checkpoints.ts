import { createHash } from 'node:crypto';
import { BoundedMap } from '@folkmoot/federation/bounded-map.ts';
import { signObject } from '@folkmoot/federation/signing.ts';
import type { Checkpoint } from '@folkmoot/protocol-spec/schemas/federation/values.ts';
import type { Reader } from '../../storage/database.ts';
import type { ServerKeys } from '../../streams/server-keys.ts';
import { hiddenFrom } from './hidden-members.ts';
import { hashOfEnvelope } from './line-text.ts';
import type { VisibleStream } from './space-access.ts';
import { once, stateAfter } from './state-store.ts';

const KEPT = 5_000;
const PAGE = 1_000;

/** Signed heads of streams, with the hash of the state at that place. */
export class Checkpoints {
  readonly #keys: ServerKeys;
  readonly #hashes = new BoundedMap<string, string>(KEPT);

  constructor(keys: ServerKeys) {
    this.#keys = keys;
  }

  /** [REP-6] */
  async sign(reader: Reader, stream: VisibleStream, server: string): Promise<Checkpoint> {
    const { space, stream: name, head } = stream;
    const { epoch, seq, hash, ts } = head;
    const state_hash = await this.#stateHash(reader, stream, server);
    const body = { v: 1 as const, space, stream: name as Checkpoint['stream'], epoch, seq, hash, ts, state_hash };
    return signObject('checkpoint', body, this.#keys.signing);
  }

  async #stateHash(reader: Reader, stream: VisibleStream, server: string): Promise<string> {
    const { no, head } = stream;
    const key = `${no} ${head.hash} ${server}`;
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const sum = createHash('sha256');
    let place = { epoch: 0, seq: 0 };
    for (;;) {
      const rows = await stateAfter(reader, { stream_no: no, ...place, limit: PAGE });
      const isHidden = await hiddenFrom(reader, server, stream, rows);
      for (const row of once(rows)) if (isState(row, isHidden(row))) sum.update(`${hashOfEnvelope(row.envelope)}\n`);
      const last = rows.at(-1);
      if (rows.length < PAGE || !last) break;
      place = { epoch: last.epoch, seq: last.seq };
    }
    const hash = sum.digest('base64url');
    this.#hashes.set(key, hash);
    return hash;
  }
}

/** What a channel is called now is seen by whoever sees it, whenever it was said. */
export function isState({ key }: { key: string }, hidden: boolean): boolean {
  return !hidden || key === 'channel';
}
