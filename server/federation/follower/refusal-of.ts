import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import { Refusal } from '../../base/errors.ts';
import { ClientError } from '../guarded-client.ts';
import { PeerRefusal } from '../peer-refusal.ts';

/** What a client may be told that another homeserver said. */
const handedOn = new Set<string>([
  'not_found',
  'invite_gone',
  'banned',
  'server_blocked',
  'limit_reached',
  'rate_limited',
  'busy',
]);

/** Throws in the words of the client API what came instead of an answer. */
export async function orRefusal<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Another homeserver gave no answer or a refusal: the same in the words of the client API. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof ProtocolError) {
    const details = error.retry === undefined ? {} : { retry: error.retry };
    return Object.hasOwn(refusals, error.code)
      ? new Refusal(error.code as RefusalCode, details)
      : new Refusal('hub_away');
  }
  if (error instanceof PeerRefusal)
    return new Refusal(handedOn.has(error.code) ? (error.code as RefusalCode) : 'hub_away');
  return error instanceof ClientError ? new Refusal('hub_away') : error;
}
