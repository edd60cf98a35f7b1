import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { type VoiceMethod, voiceMethods, type VoiceRequest } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import { Refusal } from '../base/errors.ts';

const checks = new Map<string, (value: unknown) => boolean>(
  Object.entries(voiceMethods).map(([method, { d }]) => [method, checkerOf(d)]),
);

/** Throws `invalid_body` for a method that there is not, and for what it does not take. */
export function requireRequest(method: string, d: unknown): AnyRequest {
  const check = checks.get(method);
  if (check === undefined)
    throw new Refusal('invalid_body', { path: '/method', expected: [...checks.keys()].join(', ') });
  if (!check(d)) throw new Refusal('invalid_body', { path: '/d', expected: `what ${method} takes` });
  return { method, d } as AnyRequest;
}

export type AnyRequest = { [M in VoiceMethod]: { method: M; d: VoiceRequest<M> } }[VoiceMethod];
