import { type RefusalCode, refusals } from '@folkmoot/protocol-spec/schemas/errors.ts';
import type { IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import { Refusal } from '../base/errors.ts';

export type IntentRefused = Extract<IntentResult, { ok: false }>;

/** What passes by itself: the hub has trouble, and not with this intent. */
const passing = new Set([
  'rate_limited',
  'busy',
  'internal',
  'unavailable',
  'read_only',
  'storage_full',
  'discovery_failed',
  'unknown_key',
]);
/** What a higher number under the key of now mends. */
const outdated = new Set(['out_of_order', 'key_revoked']);

const byStatus = new Map<number, RefusalCode>([
  [400, 'invalid_body'],
  [404, 'not_found'],
  [409, 'conflict'],
  [413, 'too_large'],
  [429, 'rate_limited'],
]);

export const isPassing = ({ code }: IntentRefused): boolean => passing.has(code);
export const isOutdated = ({ code }: IntentRefused): boolean => outdated.has(code);

/**
 * What a hub refuses is refused here with the same code; one that is not known here by its status [ERR-2]. What is between the two
 * homeservers, or in them, is not the fault of whoever asked, and no hub ends a session here.
 */
export function refusalOfHub({ code, status, message, retry, details = {} }: IntentRefused): Refusal {
  const told = { ...details, ...(retry === undefined ? {} : { retry }) };
  const known = Object.hasOwn(refusals, code) ? (code as RefusalCode) : undefined;
  const isTheirs = status === 401 || (known && [202, 401, 500, 502].includes(refusals[known].status));
  if (known && !isTheirs) return new Refusal(known, told);
  const general = isTheirs || status >= 500 ? 'hub_away' : (byStatus.get(status) ?? 'forbidden');
  return new Refusal(general, { ...told, reason: code, message });
}
