import { buildEvent, newSalt, spaceIdOf } from '@folkmoot/federation/envelope.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { buildIntent } from '@folkmoot/federation/intent.ts';
import type { SigningKey } from '@folkmoot/federation/keys.ts';
import type { Intent } from '@folkmoot/federation/schemas.ts';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { type AppliedEvent, type Deed, type EventBinding, nothingToDo } from './binding.ts';
import type { Committer } from './committer.ts';
import { type Head, Heads } from './heads.ts';
import {
  findIntent,
  findLine,
  insertIntent,
  insertLine,
  lastPosition,
  lastStreamNo,
  type StoredLine,
} from './lines-store.ts';

export interface Submitted {
  /** Absent where there was nothing to do. */
  event: AppliedEvent | undefined;
  /** Whether the intent had been accepted before: nothing was changed now. */
  repeated: boolean;
}

/** The signed streams of the spaces that this homeserver is the hub of. */
export interface SpaceLog {
  /** Decides, appends and applies; the same intent id again gives the first result. Throws the Refusal of the decision. [STR-8] */
  submit(tx: Writer, deed: Deed): Promise<Submitted>;
}

/** For deeds that always make an event. */
export function eventOf({ event }: Submitted): AppliedEvent {
  if (!event) throw new Error('this deed made no event');
  return event;
}

export interface SpaceLogParts {
  bindings: ReadonlyMap<string, EventBinding>;
  serverName: string;
  /** Read for each event: it changes when keys are rotated. */
  readonly signingKey: SigningKey;
  clock: Clock;
}

export async function openSpaceLog(
  reader: Reader,
  committer: Pick<Committer, 'enlist'>,
  parts: SpaceLogParts,
): Promise<SpaceLog> {
  const { bindings, serverName, clock } = parts;
  const heads = new Heads();
  committer.enlist(heads);
  let pos = (await reader.get(lastPosition, {}))?.pos ?? 0;
  let streamNo = (await reader.get(lastStreamNo, {}))?.no ?? 0;
  const checks = new Map([...bindings.values()].map((binding) => [binding.type, checkerOf(binding.body)]));

  async function submit(tx: Writer, deed: Deed): Promise<Submitted> {
    const binding = bindings.get(deed.type);
    if (!binding) throw new Refusal('unknown_type', { type: deed.type });
    if (!checks.get(deed.type)?.(deed.body)) throw new Refusal('invalid_body', { type: deed.type });
    const earlier =
      deed.id && deed.space && (await tx.get(findIntent, { space: deed.space, actor: deed.actor, id: deed.id }));
    if (earlier) {
      const line = await tx.get(findLine, earlier);
      if (line?.type !== deed.type || line.stream !== deed.stream) {
        // Who may not see the place learns no more than that.
        await binding.decide(tx, deed, clock.now());
        throw new Refusal('conflict');
      }
      return { event: eventOfLine(line), repeated: true };
    }
    const decision = await binding.decide(tx, deed, clock.now());
    if (decision === nothingToDo) return { event: undefined, repeated: false };
    const event = await append(tx, { ...deed, ...decision }, decision?.hub);
    await binding.apply(tx, event);
    return { event, repeated: false };
  }

  async function append(tx: Writer, deed: Deed, hub: object | undefined): Promise<AppliedEvent> {
    const { actor, stream, type, ref } = deed;
    const head = deed.space ? await heads.find(tx, deed.space, stream) : undefined;
    const ts = Math.max(clock.now(), head?.ts ?? 0);
    const refs: { ref?: string[] } = ref.length > 0 ? { ref: [...ref] } : {};
    const spaceOf: { space?: string } = deed.space ? { space: deed.space } : {};
    const intent: Intent<object> = buildIntent({
      id: deed.id ?? randomId('i_'),
      aud: serverName,
      ...spaceOf,
      stream,
      type,
      actor,
      home: serverName,
      n: deed.space ? await heads.count(tx, deed.space, actor) : 1,
      ts,
      ...refs,
      ...(head ? { seen: { epoch: head.epoch, seq: head.seq, hash: head.hash } } : {}),
      body: deed.body as object,
    });
    const built = buildEvent(
      {
        ...spaceOf,
        stream,
        epoch: head?.epoch ?? 1,
        seq: head ? head.seq + 1 : 0,
        ...(head ? { prev: head.hash } : {}),
        ts,
        type,
        ...(await authOf(tx, deed.space, stream, head)),
        ...refs,
        payload: hub ? { salt: newSalt(), intent, hub } : { salt: newSalt(), intent },
      },
      parts.signingKey,
    );
    const space = deed.space ?? spaceIdOf(built.hash);
    const { epoch, seq } = built.envelope;
    const no = head?.no ?? ++streamNo;
    const newHead: Head = { no, epoch, seq, hash: built.hash, ts };
    if (head) heads.move(space, stream, newHead);
    else await heads.start(tx, space, stream, newHead);
    pos += 1;
    const place = { stream_no: no, epoch, seq };
    await Promise.all([
      tx.run(insertLine, { pos, ...place, type, envelope: built.envelopeText, payload: built.payloadText }),
      tx.run(insertIntent, { space, actor, id: intent.id, ...place }),
    ]);
    if (!deed.space) await heads.count(tx, space, actor);
    return {
      pos,
      space,
      stream,
      streamNo: no,
      epoch,
      seq,
      ts,
      type,
      ref,
      actor,
      intent: intent.id,
      body: deed.body,
      hub,
    };
  }

  /** Where the decision was made: the head of `_`, so that nobody shows a message before the join that allowed it. [STR-6] */
  async function authOf(
    tx: Reader,
    space: string | undefined,
    stream: string,
    head: Head | undefined,
  ): Promise<{ auth?: string }> {
    if (!space) return {};
    const decided = stream === '_' ? head : await heads.find(tx, space, '_');
    return decided ? { auth: formatPosition(decided) } : {};
  }

  return { submit };
}

/** The event of a stored line. Body and hub part are `undefined` where the payload was erased. */
export function eventOfLine(line: StoredLine): AppliedEvent {
  const envelope = JSON.parse(line.envelope) as { ts: number; ref?: string[] };
  const payload = line.payload === null ? undefined : (JSON.parse(line.payload) as { intent: Intent; hub?: unknown });
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
    actor: payload?.intent.actor ?? '',
    intent: payload?.intent.id ?? '',
    body: payload?.intent.body,
    hub: payload?.hub,
  };
}
