import { type ClientFrame, clientFrames } from '@folkmoot/protocol-spec/schemas/gateway/frames.ts';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { Refusal } from '../base/errors.ts';
import { parseJson } from '../http/json-text.ts';

const checks = new Map<unknown, (value: unknown) => boolean>(
  Object.entries(clientFrames).map(([op, schema]) => [op, checkerOf(schema)]),
);

/** A frame of a client, or undefined where it is none. Depth, doubled keys and text are looked at before the schema. [GW-2] */
export function clientFrameOf(bytes: Buffer): ClientFrame | undefined {
  try {
    const value = parseJson(bytes);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'op')) return undefined;
    const { op } = value as { op?: unknown };
    return checks.get(op)?.(value) ? (value as ClientFrame) : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
