import type { JsonObject } from './canonical-json.ts';
import { randomId } from './ids.ts';
import type { PublicKey, SigningKey } from './keys.ts';
import type { Position } from './position.ts';
import { signObject, verifyObject } from './signing.ts';

/** The head of a stream as somebody knows it. */
export type Cursor = { epoch: number; seq: number; hash: string };

/** What the actor asked for [STR-8]. `kid` and `sig` are absent only where the actor's home is the hub itself. */
export type Intent<Body extends object = JsonObject> = {
  v: 1;
  id: string;
  /** Server name of the hub. */
  aud: string;
  /** Absent only in the genesis of a space. */
  space?: string;
  stream: string;
  type: string;
  actor: string;
  home: string;
  /** Counts per actor and space. */
  n: number;
  /** Milliseconds; `exp` is at most 24 h after `ts`. */
  ts: number;
  exp: number;
  ref?: readonly Position[];
  seen?: Cursor;
  body: Body;
  kid?: string;
  sig?: string;
};

export type IntentFields<Body extends object> = Omit<Intent<Body>, 'v' | 'id' | 'exp' | 'kid' | 'sig'> & {
  id?: string;
  exp?: number;
};

export const INTENT_LIFETIME = 24 * 60 * 60 * 1000;

export function buildIntent<Body extends object>(fields: IntentFields<Body>): Intent<Body> {
  const { id = randomId('i_'), exp = fields.ts + INTENT_LIFETIME, ...rest } = fields;
  return { v: 1, id, exp, ...rest };
}

export function signIntent<Body extends object>(intent: Intent<Body>, key: SigningKey): Intent<Body> {
  return signObject('intent', intent, key);
}

/** Only the signature; whether the actor lives at `home`, and `aud` and `exp`, are for the hub to judge. */
export function verifyIntent(intent: Intent, key: PublicKey): boolean {
  return verifyObject('intent', intent, key);
}
