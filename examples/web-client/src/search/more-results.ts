import { createSignal } from 'solid-js';
import { onAnyEvent, onEvent, onOpened } from '../session/live.ts';
import { changeResults } from './result-events.ts';
import { again, found, putResults, shownResults, signalOfSearch } from './search.ts';
import { firstPages, joined, nextPage, type Results } from './search-pages.ts';

interface Work {
  /** The search that it belongs to. */
  of: AbortSignal;
  does: 'more' | 'deeper';
  problem?: unknown;
  /** Other homeservers had no more to give just now. */
  stuck?: boolean;
  runs: boolean;
  stop?: () => void;
}

const [work, setWork] = createSignal<Work>();

/** What is done, or was tried, at the end of the results. */
export function workAtEnd(): Work | undefined {
  const now = work();
  return now?.of === signalOfSearch() ? now : undefined;
}

async function run(
  does: Work['does'],
  deed: (results: Results, signal: AbortSignal) => Promise<boolean>,
): Promise<void> {
  const results = shownResults();
  const of = signalOfSearch();
  if (!results || workAtEnd()?.runs) return;
  const own = new AbortController();
  const signal = AbortSignal.any([of, own.signal]);
  setWork({ of, does, runs: true, stop: () => own.abort() });
  let end: Partial<Work> = {};
  try {
    end = { stuck: !(await deed(results, signal)) };
  } catch (problem) {
    if (!signal.aborted) end = { problem };
  }
  if (!of.aborted) setWork({ of, does, runs: false, ...end });
}

/** Ends what runs at the end of the results; what came so far stays. */
export function stopWork(): void {
  work()?.stop?.();
}

/** Asks for the next page. */
export function loadMore(): Promise<void> {
  return run('more', async (before, signal) => {
    if (before.next === null) return true;
    const page = await nextPage(before, signal);
    show(signal, (shown) => ({ ...page, messages: joined(shown.messages, page.messages) }));
    return true;
  });
}

/** Lets the homeserver ask others for what is older, until there is something new or nobody has more. */
export function lookDeeper(): Promise<void> {
  return run('deeper', async (before, signal) => {
    for (let { backTo } = before; ; ) {
      const results = await firstPages(before, { signal, deeper: true, atLeast: before.messages.length + 1 });
      show(signal, () => results);
      if (results.backTo === null || results.messages.length > before.messages.length) return true;
      if (results.backTo === backTo) return false;
      backTo = results.backTo;
    }
  });
}

function show(signal: AbortSignal, change: (shown: Results) => Results): void {
  const shown = shownResults();
  if (shown && !signal.aborted) putResults(change(shown));
}

/** The same results as they are now, where events may have been missed. */
async function refresh(): Promise<void> {
  const results = shownResults();
  const signal = signalOfSearch();
  if (!results) return;
  try {
    const now = await firstPages(results, { signal, atLeast: results.messages.length });
    show(signal, () => now);
  } catch {
    // What is shown stays; the connection says for itself that it is gone.
  }
}

onAnyEvent((event) => {
  const results = shownResults();
  if (!results) return;
  const messages = changeResults(results.messages, event, results);
  if (messages !== results.messages) putResults({ ...results, messages });
});
onOpened(() => {
  const now = found();
  if (now.is === 'failed') again();
  else void refresh();
});
// What somebody writes directly is found or not with the block.
onEvent('relationship.updated', () => void refresh());
onEvent('relationship.removed', () => void refresh());
