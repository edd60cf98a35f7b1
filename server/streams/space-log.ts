import { buildEvent, newSalt, spaceIdOf } from '@folkmoot/federation/envelope.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { buildIntent } from '@folkmoot/federation/intent.ts';
import { BoundedMap } from '@folkmoot/federation/bounded-map.ts';
import type { PublicJwk, SigningKey } from '@folkmoot/federation/keys.ts';
import type { Intent } from '@folkmoot/federation/schemas.ts';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import { formatPosition, nobody } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { Clock } from '../base/clock.ts';
import { Refusal } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Reader, Writer } from '../storage/database.ts';
import { type AppliedEvent, type Deed, type EventBinding, nothingToDo } from './binding.ts';
import type { Committer } from './committer.ts';
import { eventOfLine } from './event-of-line.ts';
import {
  createFollowedLog,
  type FollowedLog,
  type FollowedLogParts,
  type Received,
  type StreamKey,
} from './followed-log.ts';
import { type Head, Heads } from './heads.ts';
import { actorLivesAt } from './home-of-actor.ts';
import { findIntent, findLine, insertIntent, insertLine } from './lines-store.ts';
import { keysAttestedIn } from './key-events.ts';
import { Numbers } from './numbers.ts';
import { indexState } from './state-index.ts';
import type { UnlistedActors } from './unlisted-actors.ts';

export interface Submitted {
  /** Absent where there was nothing to do. */
  event: AppliedEvent | undefined;
  /** Whether the intent had been accepted before: nothing was changed now. */
  repeated: boolean;
}

/** The signed streams of spaces: of those that this homeserver is the hub of, and of those that it follows. */
export interface SpaceLog extends FollowedLog {
  /**
   * Decides, appends and applies; the same intent id again gives the first result. Throws the Refusal of the decision, and `out_of_order`
   * where a signed intent counts behind one that was accepted. [STR-8]
   */
  submit(tx: Writer, deed: Deed): Promise<Submitted>;
  /** Somebody does something in a channel that is in no log: whoever is on no list is shown by it, too. [UNL-3] */
  appear(tx: Writer, deed: Deed & { space: string }): Promise<void>;
  /** Lines of an own stream that were lost with a backup and kept by others. Answers how many were missing. Throws OutOfPlace. [HEAL-3] */
  heal(tx: Writer, key: StreamKey, lines: readonly Received[]): Promise<number>;
  /** Goes on in an own stream in a later epoch. [EPO-1] */
  openEpoch(tx: Writer, key: StreamKey, epoch: number): Promise<void>;
  /** Signs, with the key of now, that it is followed by another one. [KEY-9] */
  noteKey(tx: Writer, space: string, key: PublicJwk): Promise<void>;
  /** No position up to here is given out any more. */
  skipPositions(pos: number): void;
}

/** For deeds that always make an event. */
export function eventOf({ event }: Submitted): AppliedEvent {
  if (!event) throw new Error('this deed made no event');
  return event;
}

type Signer = NonNullable<Deed['signer']>;

export interface SpaceLogParts {
  bindings: ReadonlyMap<string, EventBinding>;
  serverName: string;
  /** Read for each event: it changes when keys are rotated. */
  readonly signingKey: SigningKey;
  clock: Clock;
  log?: Log;
  forgetState?: FollowedLogParts['forgetState'];
  /** Called with each event decided here that can change who sees what, as a part of its transaction. */
  accessDecided?: (tx: Writer, event: AppliedEvent) => Promise<void>;
  unlisted?: UnlistedActors;
  ownJoins?: FollowedLogParts['ownJoins'];
  /** Called after a commit that changed who may see what without an event. */
  onAccessChanged?: (space: string) => void;
}

export async function openSpaceLog(
  reader: Reader,
  committer: Pick<Committer, 'enlist' | 'onCommit'>,
  parts: SpaceLogParts,
): Promise<SpaceLog> {
  const { bindings, serverName, clock } = parts;
  const heads = new Heads();
  committer.enlist(heads);
  const numbers = await Numbers.read(reader);
  const changedAccess = new Set<string>();
  committer.onCommit(() => {
    for (const space of changedAccess) parts.onAccessChanged?.(space);
    changedAccess.clear();
  });
  const followed = createFollowedLog({
    bindings,
    serverName,
    heads,
    numbers,
    ownJoins: parts.ownJoins,
    log: parts.log,
    forgetState: parts.forgetState ?? (async () => undefined),
    accessChanged: (space) => void changedAccess.add(space),
  });
  const attested = new BoundedMap<string, true>(50_000);
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
    const { intent } = deed;
    if (intent && deed.space && intent.n <= (await heads.counted(tx, deed.space, deed.actor)))
      throw new Refusal('out_of_order');
    if (intent && !(await actorLivesAt(tx, intent, serverName, serverName))) throw new Refusal('wrong_origin');
    const decision = await binding.decide(tx, deed, clock.now());
    if (decision === nothingToDo) return { event: undefined, repeated: false };
    const { space, signer } = deed;
    if (space) {
      for (const user of (await parts.unlisted?.listedBy(tx, deed)) ?? []) await list(tx, space, user);
      for (const user of (await parts.unlisted?.endedBy(tx, deed)) ?? [])
        await note(tx, space, 'member.kick', { user });
    }
    if (signer && space) {
      const isHidden = await parts.unlisted?.hides(tx, deed);
      await attest(tx, space, deed.home ?? '', signer, isHidden);
    }
    const decided = { ...deed, ...decision, body: intent ? deed.body : (decision?.body ?? deed.body) };
    const event = await append(tx, decided, decision?.hub);
    await binding.apply(tx, { ...event, local: event.home === serverName });
    if (binding.state) await indexState(tx, binding, event);
    await parts.unlisted?.applied(tx, event);
    if (binding.changesAccess) await parts.accessDecided?.(tx, event);
    return { event, repeated: false };
  }

  /** History is to verify when the home of the author is gone. Of the home of a hidden member nothing is to be known either. [KEY-9] */
  async function attest(
    tx: Writer,
    space: string,
    server: string,
    { key, root }: Signer,
    isHidden = false,
  ): Promise<void> {
    const name = `${space} ${server} ${key.kid}`;
    if (attested.get(name)) return;
    const known = await keysAttestedIn(tx, space, server, { withHidden: isHidden });
    if (known.some(({ kid }) => kid === key.kid)) {
      if (!isHidden) attested.set(name, true);
      return;
    }
    const { kty, crv, x } = key.jwk;
    const event = await note(tx, space, 'server.key', { server, keys: [{ kty, crv, x }], root });
    if (isHidden) await parts.unlisted?.hideKey(tx, event, server);
  }

  async function appear(tx: Writer, deed: Deed & { space: string }): Promise<void> {
    const { space, stream, actor } = deed;
    for (const user of (await parts.unlisted?.listedBy(tx, deed)) ?? []) await list(tx, space, user);
    await parts.unlisted?.seenIn(tx, { space, stream, actor });
  }

  /** What somebody did shows that they are here. */
  async function list(tx: Writer, space: string, user: string): Promise<void> {
    await note(tx, space, 'member.update', { user, unlisted: false });
  }

  /** An event of the hub itself, about which nobody is asked. */
  async function note(tx: Writer, space: string, type: string, body: object): Promise<AppliedEvent> {
    const event = await append(tx, { space, stream: '_', actor: nobody, type, ref: [], body }, undefined);
    const binding = bindings.get(type);
    await binding?.apply(tx, event);
    if (binding) await indexState(tx, binding, event);
    await parts.unlisted?.applied(tx, event);
    if (binding?.changesAccess) await parts.accessDecided?.(tx, event);
    return event;
  }

  async function noteKey(tx: Writer, space: string, { kty, crv, x }: PublicJwk): Promise<void> {
    if (await heads.find(tx, space, '_')) await note(tx, space, 'hub.key', { keys: [{ kty, crv, x }] });
  }

  async function heal(tx: Writer, key: StreamKey, lines: readonly Received[]): Promise<number> {
    let count = 0;
    await followed.receive(tx, key, lines, async (line) => {
      count++;
      if (line.author === null || line.payload === null) return;
      const event = eventOfLine(line);
      const { n } = (JSON.parse(line.payload) as { intent: Intent }).intent;
      const { space, actor } = event;
      await heads.count(tx, space, actor, Math.max(n, await heads.counted(tx, space, actor)));
      if (line.opaque === 0) await parts.unlisted?.healed(tx, event);
      if (line.opaque === 0 && bindings.get(line.type)?.changesAccess)
        await parts.accessDecided?.(tx, { ...event, local: event.home === serverName });
    });
    return count;
  }

  async function openEpoch(tx: Writer, { space, stream }: StreamKey, epoch: number): Promise<void> {
    const head = await heads.find(tx, space, stream);
    if (!head || head.epoch >= epoch) return;
    const fork = { epoch: head.epoch, seq: head.seq, hash: head.hash };
    await append(tx, { space, stream, actor: nobody, type: 'epoch.start', ref: [], body: { fork } }, undefined, epoch);
  }

  async function append(tx: Writer, deed: Deed, hub: object | undefined, newEpoch?: number): Promise<AppliedEvent> {
    const { actor, stream, type, ref } = deed;
    const head = deed.space ? await heads.find(tx, deed.space, stream) : undefined;
    const ts = Math.max(clock.now(), head?.ts ?? 0);
    const refs: { ref?: string[] } = ref.length > 0 ? { ref: [...ref] } : {};
    const spaceOf: { space?: string } = deed.space ? { space: deed.space } : {};
    const counted = deed.space ? await heads.count(tx, deed.space, actor, deed.intent?.n) : 1;
    const own = (): Intent<object> =>
      buildIntent({
        id: deed.id ?? randomId('i_'),
        aud: serverName,
        ...spaceOf,
        stream,
        type,
        actor,
        home: serverName,
        n: counted,
        ts,
        ...refs,
        ...(head ? { seen: { epoch: head.epoch, seq: head.seq, hash: head.hash } } : {}),
        body: deed.body as object,
      });
    const intent: Intent<object> = deed.intent ?? own();
    const built = buildEvent(
      {
        ...spaceOf,
        stream,
        epoch: newEpoch ?? head?.epoch ?? 1,
        seq: head && newEpoch === undefined ? head.seq + 1 : 0,
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
    const no = head?.no ?? numbers.nextStream();
    const newHead: Head = { no, epoch, seq, hash: built.hash, ts };
    if (head) heads.move(space, stream, newHead);
    else await heads.start(tx, space, stream, newHead);
    const pos = numbers.nextPosition();
    const place = { stream_no: no, epoch, seq };
    const text = { envelope: built.envelopeText, payload: built.payloadText };
    await Promise.all([
      tx.run(insertLine, { pos, ...place, type, ...text, author: deed.intent ? 'home' : 'hub', opaque: 0 }),
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
      home: intent.home,
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

  return { submit, appear, noteKey, heal, openEpoch, skipPositions: (pos) => numbers.skipTo(pos), ...followed };
}
