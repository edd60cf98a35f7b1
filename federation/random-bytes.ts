import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Fresh random bytes, at most 4096, from a refilled pool: a call of the generator per salt costs as much as hashing the event. */
export function takeRandomBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const taken = Buffer.from(pool.subarray(used, used + count));
  // What was handed out must not stay here: a salt that outlives its erased payload would betray a short one.
  pool.fill(0, used, used + count);
  used += count;
  return taken;
}
