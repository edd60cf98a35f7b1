import { canonicalize } from '@folkmoot/federation/canonical-json.ts';
import { randomId } from '@folkmoot/federation/ids.ts';
import { buildIntent, INTENT_LIFETIME, signIntent } from '@folkmoot/federation/intent.ts';
import type { SigningKey } from '@folkmoot/federation/keys.ts';
import type { Intent } from '@folkmoot/federation/schemas.ts';
import type { Reader, Writer } from '../storage/database.ts';
import type { Deed } from './binding.ts';
import { countersOf, findStream, setCounter } from './lines-store.ts';

/** How long something may still happen that nobody waits for; more than the clocks of two homeservers are apart. */
export const SHORT_LIFETIME = 10 * 60_000;

export interface Signer {
  serverName: string;
  /** Read for each intent: it changes when keys are rotated. */
  readonly signingKey: SigningKey;
}

/** Whether a deed can wait for a hub that is away. What moderates is not to happen hours later, out of the blue. */
export function canWait(type: string): boolean {
  return /^(message|reaction|pin)\.|^member\.leave$/.test(type);
}

/** What the home of an actor signs and a hub is sent. */
export async function signedIntent(tx: Writer, hub: string, deed: Deed, now: number, signer: Signer): Promise<Intent> {
  const { actor, space = '', stream, type, ref, body } = deed;
  const head = await tx.get(findStream, { space, stream });
  const intent = buildIntent({
    id: deed.id ?? randomId('i_'),
    aud: hub,
    space,
    stream,
    type,
    actor,
    home: signer.serverName,
    n: await nextNumber(tx, space, actor, now),
    ts: now,
    exp: now + (canWait(type) ? INTENT_LIFETIME : SHORT_LIFETIME),
    ...(ref.length > 0 ? { ref: [...ref] } : {}),
    ...(head ? { seen: { epoch: head.epoch, seq: head.seq, hash: head.hash } } : {}),
    body: body as Record<string, unknown>,
  });
  return signIntent(intent, signer.signingKey);
}

/** The same intent under a higher number and the key of now, for a hub that takes neither any more. */
export async function renumbered(tx: Writer, line: string, now: number, signer: Signer): Promise<string> {
  const { sig: _, kid: __, ...intent } = JSON.parse(line) as Intent;
  const n = await nextNumber(tx, intent.space ?? '', intent.actor, now);
  return canonicalize(signIntent({ ...intent, n }, signer.signingKey));
}

/** The same intent once more: with the time, the number and the key of now. */
export async function signedAgain(
  tx: Writer,
  line: string,
  now: number,
  signer: Signer,
): Promise<{ line: string; exp: number }> {
  const { sig: _, kid: __, ...intent } = JSON.parse(line) as Intent;
  const n = await nextNumber(tx, intent.space ?? '', intent.actor, now);
  const exp = now + INTENT_LIFETIME;
  return { line: canonicalize(signIntent({ ...intent, n, ts: now, exp }, signer.signingKey)), exp };
}

/** An intent that does not name what was lost; undefined where it would mean nothing without that. */
export function withoutLost(intent: Intent, lost: ReadonlySet<string>, signer: Signer): Intent | undefined {
  if (!intent.ref?.some((position) => lost.has(position))) return intent;
  if (intent.type !== 'message.create') return undefined;
  const { sig: _, kid: __, ref: ___, ...answer } = intent;
  return signIntent(answer, signer.signingKey);
}

/** Not below the time: after this homeserver was restored from a backup the numbers still go on from where they were. */
async function nextNumber(tx: Writer & Reader, space: string, actor: string, now: number): Promise<number> {
  const last = (await tx.get(countersOf, { space, actor }))?.n ?? 0;
  const n = Math.max(last + 1, now);
  await tx.run(setCounter, { space, actor, n });
  return n;
}
