import { ApiError } from '@folkmoot/protocol-spec/client/api-error.ts';
import { createEffect, createRoot, createSignal, on } from 'solid-js';
import { setSearchShown } from '../app/drawers.ts';
import { isRefusal } from '../app/say-error.ts';
import { session } from '../session/api.ts';
import { findChannel, findSpace } from '../spaces/world.ts';
import { askForPerson, knownChannels, type KnownPerson, knownPeople } from './known-names.ts';
import { filterAt, readSearch } from './read-search.ts';
import { firstPages, type Results } from './search-pages.ts';
import { type Known, type Meaning, meaningOf, type Scope } from './search-query.ts';
import { searchPlace } from './show-search.ts';

export type Reach = 'channel' | 'space' | 'all';

export type Found =
  | { is: 'tips' }
  | { is: 'searching' }
  | { is: 'unclear'; say: string }
  | { is: 'failed'; problem: unknown }
  | { is: 'results'; results: Results };

const tips: Found = { is: 'tips' };
const pauseMs = 300;

const [text, setText] = createSignal('');
const [reach, setReach] = createSignal<Reach>('space');
const [found, setFound] = createSignal<Found>(tips);
let stop = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;
/** What is asked or was answered, to leave it be while only spaces change. */
let current = '';

export { found, reach, text };

/** Space and channel that are searched; where one is in neither of them, all. */
export function scope(): Scope {
  const { space, channel } = searchPlace();
  if (reach() === 'all' || !space || !findSpace(space)) return {};
  return reach() === 'channel' && findChannel(space, channel)?.kind === 'text'
    ? { space, channel: channel! }
    : { space };
}

/** What can be named now. */
export function known(): Omit<Known, 'people'> & { people: readonly KnownPerson[] } {
  const where = scope();
  return { scope: where, people: knownPeople(where.space), channels: knownChannels(), now: Date.now() };
}

function meaning(): Meaning {
  return meaningOf(readSearch(text()), known());
}

/** Takes what was typed; the search begins after a pause. `caret`: what is being typed there is not judged yet. */
export function type(value: string, caret?: number): void {
  setText(value);
  const now = meaning();
  if (now.is === 'query' && JSON.stringify(now.query) === current) return;
  cease();
  const isTyped = caret !== undefined && filterAt(value, caret) !== undefined;
  if (now.is === 'nothing' || (now.is === 'problem' && isTyped)) setFound(tips);
  else {
    setFound({ is: 'searching' });
    timer = setTimeout(() => void search(), pauseMs);
  }
}

export function choosePlace(to: Reach): void {
  setReach(to);
  again();
}

/** Searches at once, also what was searched for already. */
export function again(): void {
  cease();
  if (meaning().is === 'nothing') setFound(tips);
  else void search();
}

/** Ends what is under way, so that nothing of an older search is shown. */
function cease(): void {
  clearTimeout(timer);
  stop.abort();
  stop = new AbortController();
  current = '';
}

async function search(): Promise<void> {
  const { signal } = stop;
  setFound({ is: 'searching' });
  try {
    let now = meaning();
    for (
      const seen = new Set<string>();
      now.is === 'problem' && now.unknown && !seen.has(now.unknown);
      now = meaning()
    ) {
      seen.add(now.unknown);
      await askForPerson(now.unknown, scope().space ?? searchPlace().space, signal);
      signal.throwIfAborted();
    }
    if (now.is === 'problem') return void setFound({ is: 'unclear', say: now.say });
    if (now.is === 'nothing') return void setFound(tips);
    current = JSON.stringify(now.query);
    const results = await firstPages(now, { signal });
    if (!signal.aborted) setFound({ is: 'results', results });
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

function fail(problem: unknown): void {
  current = '';
  setFound({ is: 'failed', problem });
  // Whoever types fast is asked to wait, and need not press anything for it.
  if (isRefusal(problem, 'rate_limited') && problem instanceof ApiError && problem.retry)
    timer = setTimeout(() => void search(), problem.retry + 100);
}

/** The results that are shown. */
export function shownResults(): Results | undefined {
  const now = found();
  return now.is === 'results' ? now.results : undefined;
}

/** Changes the results that are shown. */
export function putResults(results: Results): void {
  setFound({ is: 'results', results });
}

/** Ends with the search that is shown now. */
export function signalOfSearch(): AbortSignal {
  return stop.signal;
}

// Nobody sees what somebody else searched for on this device.
createRoot(() =>
  createEffect(
    on(session, (now) => {
      if (now !== 'out') return;
      cease();
      setText('');
      setReach('space');
      setFound(tips);
      setSearchShown(false);
    }),
  ),
);
