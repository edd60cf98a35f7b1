import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import { type IntentResult, peerSubmitIntents } from '@folkmoot/protocol-spec/schemas/federation/intents.ts';
import type { RemoteHubs } from '../streams/remote-hubs.ts';
import type { Federation } from './federation.ts';
import { PeerRefusal } from './peer-refusal.ts';

export interface RemoteHubsOverNetwork extends RemoteHubs {
  /** To be told by whoever hears from a hub that was away. */
  reached(hub: string): void;
  /** Told what a hub answered: its lines are there from now on. */
  onAnswered(listener: (hub: string, lines: readonly string[], results: readonly IntentResult[]) => void): void;
}

/** The hubs of other spaces over the API between homeservers. */
export function remoteHubs(
  spaces: Pick<RemoteHubs, 'hubOf' | 'isMember' | 'isHidden' | 'endMembership'>,
  federation: Pick<Federation, 'ask'> | undefined,
): RemoteHubsOverNetwork {
  const listeners: ((hub: string) => void)[] = [];
  const answered: ((hub: string, lines: readonly string[], results: readonly IntentResult[]) => void)[] = [];
  return {
    ...spaces,
    send:
      federation &&
      (async (hub, lines) => {
        const results = await submit(federation, hub, lines);
        for (const listener of answered) listener(hub, lines, results);
        return results;
      }),
    onAnswered: (listener) => void answered.push(listener),
    onReachable: (listener) => void listeners.push(listener),
    reached(hub) {
      for (const listener of listeners) listener(hub);
    },
  };
}

async function submit(
  federation: Pick<Federation, 'ask'>,
  hub: string,
  lines: readonly string[],
): Promise<readonly IntentResult[]> {
  try {
    return (await federation.ask(hub, peerSubmitIntents, { lines })).results;
  } catch (error) {
    const refusal = refusalOfAll(error);
    if (!refusal) throw error;
    // One of them cannot be read there; the others are not to wait for it.
    if (lines.length > 1 && !isBlocked(refusal.code)) return submitEach(federation, hub, lines);
    return lines.map((line) => ({ id: (JSON.parse(line) as { id: string }).id, ok: false, ...refusal }));
  }
}

async function submitEach(
  federation: Pick<Federation, 'ask'>,
  hub: string,
  lines: readonly string[],
): Promise<readonly IntentResult[]> {
  const results: IntentResult[] = [];
  for (const line of lines) results.push(...(await submit(federation, hub, [line])));
  return results;
}

/** What the hub has against the request as it is: trying again would not help. Undefined for everything that passes. */
function refusalOfAll(error: unknown): { status: number; code: string; message: string } | undefined {
  if (error instanceof ProtocolError && isBlocked(error.code))
    return { status: 403, code: error.code, message: error.message };
  if (!(error instanceof PeerRefusal)) return undefined;
  const { status, code, message } = error;
  return status === 400 || status === 413 || isBlocked(code) ? { status, code, message } : undefined;
}

const isBlocked = (code: string) => code === 'server_blocked' || code === 'identity_changed';
