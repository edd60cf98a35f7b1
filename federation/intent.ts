import { randomId } from './ids.ts';
import type { PublicKey, SigningKey } from './keys.ts';
import type { Intent } from './schemas.ts';
import { signObject, verifyObject } from './signing.ts';

export type IntentFields<Body extends object> = Omit<Intent<Body>, 'v' | 'id' | 'exp' | 'kid' | 'sig'> & {
  id?: string;
  exp?: number;
};

/** Longest time from `ts` to `exp`, in ms. */
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
