import {
  type CheckedLine,
  type ExpectedStream,
  type LineEvent,
  type Stop,
  verifyLine,
} from '@folkmoot/federation/chain.ts';
import { checkAlone } from '@folkmoot/federation/check-lines.ts';
import { positionAt } from '@folkmoot/federation/ids.ts';
import { importPublicKey, type PublicJwk, type PublicKey } from '@folkmoot/federation/keys.ts';
import { ProtocolError } from '@folkmoot/federation/protocol-error.ts';
import type { Cursor } from '@folkmoot/federation/schemas.ts';
import { requireKeyDocument } from '@folkmoot/federation/server-key.ts';
import { comparePositions } from '@folkmoot/protocol-spec/schemas/ids.ts';
import type { StreamHead } from '../space/export-format.ts';
import { type Problem, sentenceFor } from './problem.ts';

export interface StreamReport {
  stream: string;
  lines: number;
  erased: number;
  hidden: number;
  /** Lines that prove that the hub wrote them, but not who asked for them. */
  unattributed: number;
  /** Lines after a fork point, which the hub lost. */
  orphaned: number;
  /** Lines of a followed community that do not follow another one that is here: each holds by itself. */
  apart: number;
  head: string | null;
  ok: boolean;
}

interface Checked {
  report: StreamReport;
  cursor: Cursor | null;
  /** Which of the lines each was, for forks. */
  places: Map<string, { cursor: Cursor; line: number }>;
  stopped: boolean;
}

/** Lines of one community, checked one by one; a broken stream does not end the others. */
export class SpaceCheck {
  readonly problems: Problem[] = [];
  readonly #space: string;
  readonly #hub: string;
  readonly #keys: Map<string, PublicKey>;
  /** Of other homeservers, as the hub noted them in `_`. [KEY-9] */
  readonly #noted = new Map<string, PublicKey>();
  readonly #followed: boolean;
  readonly #streams = new Map<string, Checked>();

  /**
   * `genesis` is the first line of `_`: the id of the community is made of it, and it names hub, key and root key.
   * `keyDocument` tells the keys that came later, and counts only where that root key signed it. [KEY-8] Of a community that is
   * `followed` not all lines have to be there.
   */
  constructor(space: string, genesis: string, keyDocument: string | null, followed = false) {
    this.#followed = followed;
    this.#space = space;
    const { hub, keys } = hubIn(genesis, keyDocument);
    this.#hub = hub;
    this.#keys = keys;
    if (keys.size > 0) return;
    const text = 'the genesis is not there, and without it no signature can be checked';
    this.#add({ stream: '_', position: '1.0', line: null, reason: 'missing_lines', code: 'no_genesis', text });
  }

  get hub(): string {
    return this.#hub;
  }

  get streams(): StreamReport[] {
    return [...this.#streams.values()].map(({ report }) => report);
  }

  /** The next line of a stream. */
  check(stream: string, received: Buffer | string, line: number | null): void {
    const state = this.#stateOf(stream);
    const { report } = state;
    if (this.#keys.size === 0) {
      report.ok = false;
      return;
    }
    if (state.stopped) return;
    report.lines++;
    const checked = this.#verify(stream, received, state);
    if (!checked.ok) {
      state.stopped = true;
      const { reason, code } = checked;
      const position = placeIn(received.toString()) ?? nextOf(state.cursor);
      this.#add({ stream, position, line, reason, code, text: sentenceFor(code) });
      return;
    }
    state.cursor = checked.cursor;
    state.places.set(checked.cursor.hash, { cursor: checked.cursor, line: report.lines });
    report.head = positionAt(checked.cursor);
    if (checked.kind === 'hidden') {
      report.hidden++;
      return;
    }
    if (checked.payload === 'erased') report.erased++;
    else if (checked.payload === 'mismatch') this.#changedPayload(stream, report.head, line);
    else if (checked.attribution === 'unattributed') report.unattributed++;
    if (stream === '_') this.#learn(checked.event);
    this.#checkDecision(stream, checked.event.envelope.auth, report.head, line);
  }

  /** After the last line: whether each stream goes as far as it is said to. */
  finish(heads: readonly StreamHead[]): void {
    if (this.#keys.size === 0) return;
    for (const head of heads) {
      const { cursor, stopped } = this.#stateOf(head.stream);
      // What a follower was not shown moves its head, and is not there.
      if (stopped || cursor?.hash === head.hash || this.#followed) continue;
      const text = `the stream ends at ${cursor ? positionAt(cursor) : 'nothing'}, but it went on to ${positionAt(head)}`;
      const position = nextOf(cursor);
      this.#add({ stream: head.stream, position, line: null, reason: 'missing_lines', code: 'missing_lines', text });
    }
  }

  #verify(stream: string, received: Buffer | string, { cursor, places, report }: Checked): CheckedLine | Stop {
    const expected = this.#expected(stream);
    const checked = verifyLine(received, cursor, expected);
    if (checked.ok) return checked;
    const fork = checked.forkPoint === undefined ? undefined : places.get(checked.forkPoint);
    if (fork) {
      report.orphaned += report.lines - 1 - fork.line;
      return verifyLine(received, fork.cursor, expected);
    }
    const mayBeMissing = checked.code === 'gap' || checked.code === 'unknown_fork_point' || cursor === null;
    if (!this.#followed || !mayBeMissing) return checked;
    const alone = checkAlone(received.toString(), expected);
    if (alone.ok) report.apart++;
    return alone;
  }

  #learn({ envelope: { type }, payload }: LineEvent): void {
    const { server, keys = [] } = (payload?.intent.body ?? {}) as { server?: string; keys?: PublicJwk[] };
    if (type !== 'server.key' && type !== 'hub.key') return;
    for (const jwk of keys) {
      const key = importPublicKey(jwk);
      if (type === 'hub.key') this.#keys.set(key.kid, key);
      else this.#noted.set(`${server} ${key.kid}`, key);
    }
  }

  #changedPayload(stream: string, position: string, line: number | null): void {
    const text = 'the content was changed: it is not what the hub committed to';
    this.#add({ stream, position, line, reason: 'changed_payload', code: 'changed_payload', text });
  }

  /** What is said in a channel was decided on a state of `_`, which comes first and has to be there. */
  #checkDecision(stream: string, auth: string | undefined, position: string, line: number | null): void {
    const decided = this.#streams.get('_');
    if (stream === '_' || auth === undefined || decided?.stopped) return;
    if (comparePositions(auth, decided?.report.head ?? null) <= 0) return;
    const text = `it was decided on ${auth} of _, which is not there`;
    this.#add({ stream, position, line, reason: 'unknown_decision', code: 'unknown_decision', text });
  }

  #add(problem: Problem): void {
    this.problems.push(problem);
    this.#stateOf(problem.stream).report.ok = false;
  }

  #stateOf(stream: string): Checked {
    let state = this.#streams.get(stream);
    if (!state) {
      const report = {
        stream,
        lines: 0,
        erased: 0,
        hidden: 0,
        unattributed: 0,
        orphaned: 0,
        apart: 0,
        head: null,
        ok: true,
      };
      state = { report, cursor: null, places: new Map(), stopped: false };
      this.#streams.set(stream, state);
    }
    return state;
  }

  #expected(stream: string): ExpectedStream {
    const keyOf = (server: string, kid: string) =>
      server === this.#hub ? this.#keys.get(kid) : this.#noted.get(`${server} ${kid}`);
    return { space: this.#space, stream, hub: this.#hub, keyOf };
  }
}

/** Nothing of this is believed: a wrong key does not fit the signature, and a wrong genesis not the id of the community. */
function hubIn(genesis: string, keyDocument: string | null): { hub: string; keys: Map<string, PublicKey> } {
  try {
    const { p } = JSON.parse(genesis) as { p: { intent: { body: { hub: string; key: PublicJwk; root: PublicJwk } } } };
    const { hub, key, root } = p.intent.body;
    const imported = importPublicKey(key);
    return {
      hub: String(hub),
      keys: new Map([[imported.kid, imported], ...laterKeys(String(hub), root, keyDocument)]),
    };
  } catch {
    return { hub: '', keys: new Map() };
  }
}

function laterKeys(hub: string, root: PublicJwk, keyDocument: string | null): [string, PublicKey][] {
  if (keyDocument === null) return [];
  try {
    const pinned = { rootKid: importPublicKey(root).kid, serial: 0 };
    // For history a document does not end.
    const { keys, old } = requireKeyDocument(keyDocument, { server: hub, now: 0, pinned });
    return [...keys, ...[...old].map(([kid, { key }]): [string, PublicKey] => [kid, key])];
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}

const nextOf = (cursor: Cursor | null) => (cursor ? `${cursor.epoch}.${cursor.seq + 1}` : '1.0');

/** The place that a line claims. */
function placeIn(text: string): string | undefined {
  try {
    const { ev, hid } = JSON.parse(text) as { ev?: Cursor; hid?: Cursor };
    const at = ev ?? hid;
    return at && Number.isInteger(at.epoch) && Number.isInteger(at.seq) ? positionAt(at) : undefined;
  } catch {
    return undefined;
  }
}
