import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Refusal } from './errors.ts';

const derive = promisify(argon2);

export interface PasswordCost {
  /** KiB */
  memory: number;
  passes: number;
  parallelism: number;
}

/** OWASP's first choice for argon2id with 19 MiB. */
const recommended: PasswordCost = { memory: 19_456, passes: 2, parallelism: 1 };

/** Each hash takes its memory and a core for some ten milliseconds, so a flood of them has to wait. */
const AT_ONCE = 2;
const QUEUE = 64;
const RETRY = 1_000;

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export interface Verdict {
  ok: boolean;
  /** Whether the hash is weaker than new ones are; then hash again while the password is at hand. */
  rehash: boolean;
}

export interface Passwords {
  /** PHC string of argon2id. Throws Refusal `busy`. */
  hash(password: string): Promise<string>;
  /** With `undefined`, for an unknown user, it takes as long and says no. Throws Refusal `busy`. */
  verify(password: string, hash: string | undefined): Promise<Verdict>;
}

export function createPasswords(cost = recommended): Passwords {
  const turn = createTurns(AT_ONCE, QUEUE);
  const dummy = phcOf(cost, randomBytes(16), randomBytes(32));

  return {
    async hash(password) {
      const salt = randomBytes(16);
      return phcOf(cost, salt, await turn(() => keyOf(password, cost, salt, 32)));
    },

    async verify(password, hash) {
      const { cost: used, salt, key } = parsePhc(hash ?? dummy);
      const derived = await turn(() => keyOf(password, used, salt, key.length));
      const ok = timingSafeEqual(derived, key) && hash !== undefined;
      return { ok, rehash: ok && (used.memory < cost.memory || used.passes < cost.passes) };
    },
  };
}

function keyOf(password: string, { memory, passes, parallelism }: PasswordCost, nonce: Buffer, tagLength: number) {
  // The same letters typed on two systems may arrive composed or decomposed.
  const message = password.normalize('NFKC');
  return derive('argon2id', { message, nonce, memory, passes, parallelism, tagLength });
}

function phcOf({ memory, passes, parallelism }: PasswordCost, salt: Buffer, key: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(key)}`;
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

function parsePhc(phc: string): { cost: PasswordCost; salt: Buffer; key: Buffer } {
  const [, memory, passes, parallelism, salt, key] = PHC.exec(phc) ?? [];
  if (salt === undefined || key === undefined) throw new Error('This is not an argon2id hash');
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

/** Runs so many works at once and lets so many wait; the next one is refused. */
function createTurns(atOnce: number, queue: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running === atOnce) {
      if (waiting.length === queue) throw new Refusal('busy', { retry: RETRY });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
