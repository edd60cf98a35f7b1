import type { Intent } from '@folkmoot/federation/schemas.ts';
import { nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { AppliedEvent } from './binding.ts';
import type { StoredLine } from './lines-store.ts';

/** What the texts of a line say. */
export interface ReadLine {
  envelope: { ts: number; ref?: string[] };
  /** Absent where it was erased. */
  payload?: { intent?: Intent; hub?: unknown } | undefined;
}

const readAgain = (line: StoredLine): ReadLine => ({
  envelope: JSON.parse(line.envelope) as ReadLine['envelope'],
  payload: line.payload === null ? undefined : (JSON.parse(line.payload) as ReadLine['payload']),
});

/** The event of a stored line. Body and hub part are `undefined` where the payload was erased. */
export function eventOfLine(line: StoredLine, { envelope, payload } = readAgain(line)): AppliedEvent {
  const intent = payload?.intent;
  return {
    pos: line.pos,
    space: line.space,
    stream: line.stream,
    streamNo: line.stream_no,
    epoch: line.epoch,
    seq: line.seq,
    ts: envelope.ts,
    type: line.type,
    ref: envelope.ref ?? [],
    actor: line.author === null ? nobody : (intent?.actor ?? ''),
    home: intent?.home ?? '',
    intent: intent?.id ?? '',
    body: intent?.body,
    hub: payload?.hub,
  };
}
