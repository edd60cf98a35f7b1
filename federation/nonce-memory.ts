import { ProtocolError } from './protocol-error.ts';

/** How long a nonce is remembered: a request is at most 300 s old or 300 s ahead. */
export const NONCE_MS = 600_000;

/** Port: which nonces of which server were used. */
export interface NonceMemory {
  has(server: string, nonce: string): boolean;
  /** False where it was used before; only for requests whose signature holds. Throws `busy` rather than forget one. */
  use(server: string, nonce: string): boolean;
}

interface Generations {
  /** Since when `young` is filled. */
  since: number;
  young: Set<string>;
  old: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

export interface NonceMemoryOptions {
  now(): number;
  /** Of one server, in ten minutes. */
  capacity?: number;
}

/** Two generations of ten minutes for each server: a nonce is kept for ten to twenty. */
export function createNonceMemory({ now, capacity = 50_000 }: NonceMemoryOptions): NonceMemory {
  const servers = new Map<string, Generations>();
  let swept = now();

  const current = (server: string): Generations | undefined => {
    const kept = servers.get(server);
    if (!kept || now() - kept.since < NONCE_MS) return kept;
    const isOver = now() - kept.since >= 2 * NONCE_MS;
    const next = { since: now(), young: new Set<string>(), old: isOver ? NONE : kept.young };
    servers.set(server, next);
    return next;
  };

  const sweep = () => {
    if (now() - swept < NONCE_MS) return;
    swept = now();
    for (const [server, { since }] of servers) if (now() - since >= 2 * NONCE_MS) servers.delete(server);
  };

  const has = (server: string, nonce: string): boolean => {
    const kept = current(server);
    return kept !== undefined && (kept.young.has(nonce) || kept.old.has(nonce));
  };

  return {
    has,
    use(server, nonce) {
      if (has(server, nonce)) return false;
      sweep();
      let kept = current(server);
      if (!kept) servers.set(server, (kept = { since: now(), young: new Set(), old: NONE }));
      if (kept.young.size >= capacity)
        throw new ProtocolError('busy', 'too many requests to remember', { retry: 60_000 });
      kept.young.add(nonce);
      return true;
    },
  };
}
