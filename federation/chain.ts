import { isDeepStrictEqual } from 'node:util';
import Compile from 'typebox/compile';
import { canonicalize, parseShallow, requireSame, textWithin } from './canonical-json.ts';
import { commitmentOf, lineText, MAX_LINE, requireSizes, spaceIdOf, verifyEnvelope } from './envelope.ts';
import { verifyIntent } from './intent.ts';
import type { PublicKey } from './keys.ts';
import { ProtocolError, type ProtocolErrorCode } from './protocol-error.ts';
import * as schemas from './schemas.ts';
import type { Cursor, Envelope, Intent, Payload } from './schemas.ts';
import { shapeOf } from './shape.ts';

/** The only four reasons for which a follower stops a stream [STR-16]. */
export type StopReason = 'not_canonical' | 'wrong_stream' | 'bad_signature' | 'broken_chain';

/** What exactly was wrong, for the log and for the decision what to fetch. */
export type StopCode =
  | ProtocolErrorCode
  | 'wrong_stream'
  | 'unknown_key'
  | 'already_seen'
  | 'gap'
  | 'wrong_prev'
  | 'no_epoch_start'
  | 'unknown_fork_point';

/** `forkPoint` comes with `unknown_fork_point`: where that hash is known, ask again with its place as the cursor. */
export type Stop = { ok: false; reason: StopReason; code: StopCode; forkPoint?: string };

/**
 * Which stream the lines belong to. `keyOf` answers from what is stored; it has the keys of a server that is gone, too. `ts` is the hub's
 * time of the event: a key that was revoked before then signed nothing [KEY-11].
 */
export type ExpectedStream = {
  space: string;
  stream: string;
  hub: string;
  keyOf: (server: string, kid: string, ts: number) => PublicKey | undefined;
};

export type LineEvent = {
  envelope: Envelope;
  envelopeText: string;
  /** Null where it is erased, withheld or not what the hub committed to. */
  payloadText: string | null;
  /** Absent also where what the hub committed to is no payload of version 1. */
  payload?: Payload;
  hash: string;
};

/** Who answers for the author: the hub, whose own user it is, the author's home, or nobody. */
export type Attribution = 'hub' | 'verified' | 'unattributed';

export type CheckedLine =
  | { ok: true; kind: 'hidden'; cursor: Cursor }
  | {
      ok: true;
      kind: 'event';
      cursor: Cursor;
      event: LineEvent;
      payload: 'present' | 'erased' | 'mismatch';
      attribution: Attribution;
    };

const isHidden = Compile(schemas.HiddenLine);
const requireEnvelope: (value: unknown) => asserts value is Envelope = shapeOf(schemas.Envelope, 'an envelope');
const isPayload = Compile(schemas.Payload);

/**
 * The checks of one line after `cursor` (null before the first), in the order of [STR-15]. That `intent.home` is where
 * the actor lives stands in the space, not in the line: the caller compares it.
 */
export function verifyLine(
  received: Uint8Array | string,
  cursor: Cursor | null,
  expected: ExpectedStream,
): CheckedLine | Stop {
  try {
    const line = parseLine(received);
    return 'hid' in line ? checkHidden(line.hid, cursor) : checkEvent(line, cursor, expected);
  } catch (error) {
    if (error instanceof ProtocolError) return stop('not_canonical', error.code);
    throw error;
  }
}

type ParsedEvent = { envelope: Envelope; envelopeText: string; payload: unknown; payloadText: string | null };

function parseLine(received: Uint8Array | string): { hid: Cursor } | ParsedEvent {
  const text = textWithin(received, MAX_LINE, 'line_too_large');
  const line = parseShallow(text);
  if (isHidden.Check(line)) {
    requireSame(canonicalize(line), text);
    return line;
  }
  if (line === null || typeof line !== 'object' || !('ev' in line) || !('p' in line)) {
    throw new ProtocolError('malformed', 'not a line');
  }
  const { ev, p } = line;
  const envelopeText = canonicalize(ev);
  const payloadText = p === null ? null : canonicalize(p);
  // Also refuses a third member: the frame is put around both parts and nothing else.
  requireSame(lineText(envelopeText, payloadText), text);
  requireSizes(envelopeText, payloadText ?? '', p);
  requireEnvelope(ev);
  return { envelope: ev, envelopeText, payload: p, payloadText };
}

function checkHidden(hid: Cursor, cursor: Cursor | null): CheckedLine | Stop {
  const broken = stopAtPlace(hid, cursor);
  if (broken) return broken;
  // The start of an epoch is never hidden: only it can say where the fork is.
  if (cursor && hid.epoch > cursor.epoch) return stop('broken_chain', 'no_epoch_start');
  return { ok: true, kind: 'hidden', cursor: hid };
}

function checkEvent(line: ParsedEvent, cursor: Cursor | null, expected: ExpectedStream): CheckedLine | Stop {
  const { envelope } = line;
  const isGenesis = envelope.stream === '_' && envelope.epoch === 1 && envelope.seq === 0;
  if ((envelope.auth === undefined) !== isGenesis) return stop('not_canonical', 'malformed');
  if (envelope.stream !== expected.stream) return stop('wrong_stream', 'wrong_stream');
  if (envelope.space !== (isGenesis ? undefined : expected.space)) return stop('wrong_stream', 'wrong_stream');
  const key = expected.keyOf(expected.hub, envelope.kid, envelope.ts);
  if (!key) return stop('bad_signature', 'unknown_key');
  const hash = verifyEnvelope(envelope, key);
  if (!hash) return stop('bad_signature', 'bad_signature');
  if (isGenesis && spaceIdOf(hash) !== expected.space) return stop('wrong_stream', 'wrong_stream');
  const broken = stopAtPlace(envelope, cursor) ?? stopAtLink(envelope, cursor);
  if (broken) return broken;
  return {
    ok: true,
    kind: 'event',
    cursor: { epoch: envelope.epoch, seq: envelope.seq, hash },
    ...readPayload(line, hash, expected),
  };
}

function stopAtPlace(at: { epoch: number; seq: number }, cursor: Cursor | null): Stop | undefined {
  const sameEpoch = at.epoch === (cursor?.epoch ?? 1);
  if (cursor && (at.epoch < cursor.epoch || (sameEpoch && at.seq <= cursor.seq)))
    return stop('broken_chain', 'already_seen');
  const due = sameEpoch && cursor ? cursor.seq + 1 : 0;
  return at.seq === due && (sameEpoch || cursor) ? undefined : stop('broken_chain', 'gap');
}

function stopAtLink({ epoch, type, prev }: Envelope, cursor: Cursor | null): Stop | undefined {
  if (cursor && epoch > cursor.epoch && type !== 'epoch.start') return stop('broken_chain', 'no_epoch_start');
  if (prev === cursor?.hash) return undefined;
  if (!cursor || epoch === cursor.epoch || prev === undefined) return stop('broken_chain', 'wrong_prev');
  return { ...stop('broken_chain', 'unknown_fork_point'), forkPoint: prev };
}

type ReadPayload = Pick<Extract<CheckedLine, { kind: 'event' }>, 'event' | 'payload' | 'attribution'>;

function readPayload(line: ParsedEvent, hash: string, expected: ExpectedStream): ReadPayload {
  const { envelope, envelopeText, payload, payloadText } = line;
  const bare = { envelope, envelopeText, payloadText: null, hash };
  if (payloadText === null) return { event: bare, payload: 'erased', attribution: 'unattributed' };
  if (commitmentOf(payloadText) !== envelope.pc)
    return { event: bare, payload: 'mismatch', attribution: 'unattributed' };
  const event = { ...bare, payloadText };
  if (!isPayload.Check(payload)) return { event, payload: 'present', attribution: 'unattributed' };
  return { event: { ...event, payload }, payload: 'present', attribution: attributionOf(envelope, payload, expected) };
}

/** A signed intent counts only where it asked for this very event [STR-18]. */
function attributionOf(envelope: Envelope, { intent }: Payload, { hub, keyOf }: ExpectedStream): Attribution {
  const { space, stream, type, ts } = envelope;
  const asked = { space: intent.space, stream: intent.stream, type: intent.type };
  if (intent.aud !== hub || !isDeepStrictEqual(asked, { space, stream, type })) return 'unattributed';
  if (!concernsAsked(envelope, intent)) return 'unattributed';
  if (intent.sig === undefined && intent.kid === undefined) return intent.home === hub ? 'hub' : 'unattributed';
  const key = keyOf(intent.home, intent.kid ?? '', ts);
  return key && verifyIntent(intent, key) ? 'verified' : 'unattributed';
}

/** The hub adds to what is deleted the edits that go with it, and nothing to anything else. */
function concernsAsked({ type, ref }: Envelope, intent: Intent): boolean {
  if (type !== 'message.delete') return isDeepStrictEqual(ref, intent.ref);
  const all = new Set(ref);
  return intent.ref !== undefined && intent.ref.every((position) => all.has(position));
}

function stop(reason: StopReason, code: StopCode): Stop {
  return { ok: false, reason, code };
}
