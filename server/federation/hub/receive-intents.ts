import { canonicalize, parseCanonical } from '@folkmoot/federation/canonical-json.ts';
import type { Discovery } from '@folkmoot/federation/discovery.ts';
import { MAX_BODY, MAX_LINE } from '@folkmoot/federation/envelope.ts';
import { INTENT_LIFETIME, verifyIntent } from '@folkmoot/federation/intent.ts';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { Intent } from '@folkmoot/federation/schemas.ts';
import { shapeOf } from '@folkmoot/federation/shape.ts';
import { INTENTS_AT_ONCE, type IntentResult } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { RateLimiter } from '../../base/rate-limit.ts';
import { failureOf } from '../../http/error-answer.ts';
import type { Writer } from '../../storage/database.ts';
import type { Deed } from '../../streams/binding.ts';
import type { Committer } from '../../streams/committer.ts';
import { actorLivesAt } from '../../streams/home-of-actor.ts';
import { findLine } from '../../streams/lines-store.ts';
import type { SpaceLog } from '../../streams/space-log.ts';
import { type FederationLimit, requireTurn } from '../limits.ts';
import type { HubPorts } from './hub-ports.ts';
import { hashOfEnvelope } from './line-text.ts';
import { requireUnblocked } from './space-access.ts';

export interface ReceiveParts {
  self: string;
  committer: Pick<Committer, 'commit'>;
  spaceLog: Pick<SpaceLog, 'submit'>;
  discovery: Pick<Discovery, 'keyOf' | 'keysOf'>;
  limiter: RateLimiter<FederationLimit>;
  ports: Pick<HubPorts, 'findSpace'>;
  clock: Clock;
  log: Log;
}

const requireIntent: (value: unknown) => asserts value is Intent = shapeOf(Intent, 'an intent');
/** Events of these kinds are in the stream of a channel, all others in `_`. */
const CHANNEL_TYPE = /^(message|reaction|pin|thread|channel)\.|^voice\.(move|disconnect)$/;

/** Decides about intents that the home of their actors sends, each of them on its own. Throws `too_large`. [INT-1] */
export async function receiveIntents(parts: ReceiveParts, server: string, body: Uint8Array): Promise<IntentResult[]> {
  const lines = linesOf(body, INTENTS_AT_ONCE);
  // All are handed in before the first is waited for: they share a transaction and stay in order.
  return Promise.all(lines.map((line) => receive(parts, server, line)));
}

/** Throws `too_large` where there are more than `most`, without a look at the rest. */
export function linesOf(body: Uint8Array, most: number): Buffer[] {
  const lines: Buffer[] = [];
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0) throw new Refusal('invalid_body', { path: '', expected: 'lines that end with LF' });
    if (lines.length === most) throw new Refusal('too_large', { limit: most });
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return lines;
}

async function receive(parts: ReceiveParts, server: string, line: Buffer): Promise<IntentResult> {
  let id: string | null = null;
  try {
    const value = parseCanonical(line, { maxBytes: MAX_LINE });
    id = idIn(value);
    requireTurn(parts.limiter, 'intents', server);
    requireIntent(value);
    if (line.length > MAX_BODY && Buffer.byteLength(canonicalize(value.body)) > MAX_BODY)
      throw new Refusal('too_large', { limit: MAX_BODY });
    requireForHere(parts, server, value);
    const key = await parts.discovery.keyOf(value.home, value.kid ?? '');
    if (!verifyIntent(value, key)) throw new ProtocolError('bad_signature', 'not signed by a key of its home');
    requireTurn(parts.limiter, 'actor', value.actor);
    const { document } = await parts.discovery.keysOf(value.home);
    const signer = { key, root: document.root.kid };
    return await parts.committer.commit((tx) => submit(parts, tx, value, signer));
  } catch (error) {
    return refusedWith(parts, id, error);
  }
}

/** What can be said without asking anybody: the cheapest first. [INT-2] */
function requireForHere({ self, clock }: ReceiveParts, server: string, intent: Intent): void {
  const { home, aud, ts, exp, space, stream, type } = intent;
  if (home !== server) throw new Refusal('wrong_origin', { home });
  if (aud !== self) throw new Refusal('wrong_audience', { aud });
  if (exp <= clock.now()) throw new Refusal('expired');
  const wrong = (path: string, expected: string) => new Refusal('invalid_body', { path, expected });
  if (exp - ts > INTENT_LIFETIME) throw wrong('/exp', 'at most 24 hours after ts');
  if (exp - clock.now() > INTENT_LIFETIME + 300_000) throw wrong('/ts', 'a time that has come');
  if (space === undefined) throw wrong('/space', 'a space');
  if (CHANNEL_TYPE.test(type) !== (stream !== '_')) throw wrong('/stream', `the stream of ${type}`);
}

async function submit(
  { self, spaceLog, ports }: ReceiveParts,
  tx: Writer,
  intent: Intent,
  signer: Deed['signer'],
): Promise<IntentResult> {
  const { id, space = '', home, actor, stream, type, ref = [], body } = intent;
  await requireUnblocked(tx, space, home);
  // Before anything is looked up for the actor, or whether there is such a space: another homeserver could otherwise find that out.
  if (!(await actorLivesAt(tx, intent, self, self))) throw new Refusal('wrong_origin');
  if ((await ports.findSpace(tx, space))?.profile.hub !== self) throw new Refusal('not_found');
  const { event } = await spaceLog.submit(tx, { actor, space, stream, type, ref, body, id, home, intent, signer });
  if (!event) return { id, ok: true };
  const { epoch, seq, streamNo: stream_no } = event;
  const line = await tx.get(findLine, { stream_no, epoch, seq });
  return { id, ok: true, epoch, seq, hash: hashOfEnvelope(line?.envelope ?? '') };
}

function idIn(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' && id.length <= 64 ? id : null;
}

function refusedWith({ log }: ReceiveParts, id: string | null, error: unknown): IntentResult {
  const { status, answer, broken } = failureOf(error, id ?? '');
  if (broken) log.error({ err: error, intent: id }, 'an intent of a homeserver failed');
  const { code, message, retry, details } = answer;
  return {
    id,
    ok: false,
    status,
    code,
    message,
    ...(retry === undefined ? {} : { retry }),
    ...(details === undefined ? {} : { details }),
  };
}
