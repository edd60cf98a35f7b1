import type { CheckedLine } from '@folkmoot/federation/chain.ts';
import { checkerOf } from '@folkmoot/protocol-spec/schemas/check.ts';
import type { Writer } from '../storage/database.ts';
import type { EventBinding } from './binding.ts';
import { actorLivesAt } from './home-of-actor.ts';
import type { OwnJoins } from './own-joins.ts';
import { findIntent, insertLine, noteIntent, type StoredLine } from './lines-store.ts';

export type ReceivedEvent = Extract<CheckedLine, { kind: 'event' }>;

export interface StoreReceived {
  /** Keeps a line as it came, with who answers for it and whether it is understood here. */
  (
    tx: Writer,
    at: { space: string; stream: string; no: number; pos: number },
    line: ReceivedEvent,
  ): Promise<StoredLine>;
}

export function createStoreReceived(
  bindings: ReadonlyMap<string, EventBinding>,
  serverName: string,
  ownJoins?: Pick<OwnJoins, 'take' | 'left'>,
): StoreReceived {
  const checks = new Map(
    [...bindings.values()].map(({ type, body, hub }) => {
      const [isBody, isHub] = [checkerOf(body), hub ? checkerOf(hub) : () => true];
      return [type, (intent: unknown, added: unknown) => isBody(intent) && isHub(added)];
    }),
  );

  async function authorOf(
    tx: Writer,
    { space, no }: { space: string; no: number },
    { event, attribution, cursor }: ReceivedEvent,
  ): Promise<StoredLine['author']> {
    const intent = event.payload?.intent;
    if (!intent || attribution === 'unattributed') return null;
    if (!(await actorLivesAt(tx, intent, intent.aud, serverName))) return null;
    const { actor, id, home, type, ts, exp, aud } = intent;
    const { epoch, seq } = cursor;
    if (ownJoins && home === serverName) {
      const isFresh = type === 'member.join' && !(await tx.get(findIntent, { space, actor, id }));
      if (isFresh && !(await ownJoins.take(tx, aud, { space, actor, id, ts, exp }))) return null;
      if (type === 'member.leave') await ownJoins.left(tx, { space, actor, ts });
    }
    // What somebody asked for once does not happen twice in their name, wherever it stands: the place that came here first has it. [STR-18]
    if ((await tx.run(noteIntent, { space, actor, id, stream_no: no, epoch, seq })) === 0) {
      const first = await tx.get(findIntent, { space, actor, id });
      if (first && (first.stream_no !== no || first.epoch !== epoch || first.seq !== seq)) return null;
    }
    return attribution === 'hub' ? 'hub' : 'home';
  }

  return async (tx, at, line) => {
    const { space, stream, no, pos } = at;
    const { envelope, envelopeText, payload, payloadText } = line.event;
    const { epoch, seq, type } = envelope;
    const author = await authorOf(tx, at, line);
    const isOfNothing = bindings.get(type)?.late === 'with target' && !envelope.ref?.length;
    const understood =
      payloadText === null || (payload && !isOfNothing && checks.get(type)?.(payload.intent.body, payload.hub));
    const place = { stream_no: no, epoch, seq };
    const row = {
      pos,
      ...place,
      type,
      envelope: envelopeText,
      payload: payloadText,
      author,
      opaque: understood ? 0 : 1,
    };
    await tx.run(insertLine, row);
    return { ...row, space, stream };
  };
}
