import { createEffect, Match, on, onCleanup, Switch } from 'solid-js';
import { isTight } from '../app/drawers.ts';
import { place } from '../app/router.ts';
import { isRefusal, sayError } from '../app/say-error.ts';
import { connection } from '../session/live.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { SearchBar } from './search-bar.tsx';
import { SearchField, type SearchFieldHandle } from './search-field.tsx';
import { SearchResults } from './search-results.tsx';
import { SearchTips } from './search-tips.tsx';
import { again, found, reach } from './search.ts';
import { closeSearch, followPlace } from './show-search.ts';
import './search-panel.css';

/** Searches messages, beside the channel or, where there is no room, instead of it. */
export function SearchPanel() {
  let field!: SearchFieldHandle;
  let body!: HTMLDivElement;
  const failure = () => {
    const now = found();
    return now.is === 'failed' ? now.problem : undefined;
  };
  const online = () => isRefusal(failure(), 'network') && again();
  addEventListener('online', online);
  onCleanup(() => removeEventListener('online', online));
  createEffect(on(place, () => followPlace(reach())));
  createEffect(on(connection, (now) => now === 'ready' && online(), { defer: true }));
  return (
    <section
      class="search-panel"
      classList={{ drawer: isTight() }}
      role="search"
      aria-label="Search messages"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        closeSearch();
      }}
    >
      <header class="bar">
        <SearchField
          handle={(handle) => (field = handle)}
          onDown={() => body.querySelector<HTMLElement>('[data-rove][tabindex="0"], [data-rove]')?.focus()}
        />
        <IconButton icon="close" label="Close the search" onClick={closeSearch} />
      </header>
      <SearchBar onFilter={(name) => queueMicrotask(() => field.begin(name))} />
      <div ref={body} class="search-body" aria-busy={found().is === 'searching'}>
        <Switch>
          <Match when={found().is === 'tips'}>
            <SearchTips onFilter={(name) => field.begin(name)} />
          </Match>
          <Match when={found().is === 'searching'}>
            <Searching />
          </Match>
          <Match when={unclear()}>
            {(say) => (
              <p class="search-note" role="alert">
                {say()}
              </p>
            )}
          </Match>
          <Match when={failure()}>
            {(problem) => (
              <div class="search-note">
                <p class="problem" role="alert">
                  <Icon name="warn" size={16} />
                  <span>{sayFailure(problem())}</span>
                </p>
                <Button small icon="retry" onClick={again}>
                  Try again
                </Button>
              </div>
            )}
          </Match>
          <Match when={found().is === 'results'}>
            <SearchResults toField={() => field.focus()} />
          </Match>
        </Switch>
      </div>
    </section>
  );
}

function unclear(): string | undefined {
  const now = found();
  return now.is === 'unclear' ? now.say : undefined;
}

/** Refusals that mean something else in a search. */
export function sayFailure(problem: unknown): string {
  if (isRefusal(problem, 'rate_limited'))
    return 'Many searches in a short time. This one goes on by itself in a moment.';
  if (isRefusal(problem, 'busy')) return 'This search takes too long just now. Try again, or add a word or a filter.';
  if (isRefusal(problem, 'invalid_query')) return 'This cannot be searched for. Try fewer words, or other ones.';
  if (isRefusal(problem, 'missing_permission')) return 'You may not read here what was written before.';
  if (isRefusal(problem, 'not_found')) return 'What was to be searched is not there any more.';
  return sayError(problem);
}

function Searching() {
  return (
    <div class="search-progress" role="status" aria-label="Searching">
      {[62, 88, 45, 74].map((width) => (
        <div>
          <span />
          <i style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
