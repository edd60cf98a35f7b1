import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createMemo, For, Match, onCleanup, Show, Switch } from 'solid-js';
import { hubOf } from '../members/handle.ts';
import { FoundWords } from '../messages/found-words.tsx';
import { isDirect, nameOfSpace } from '../spaces/direct.ts';
import { findChannel, findSpace, world } from '../spaces/world.ts';
import { Button } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { roving } from '../ui/roving.ts';
import { sayDate, sayDay } from '../ui/time.ts';
import { loadMore, lookDeeper, stopWork, workAtEnd } from './more-results.ts';
import { readSearch } from './read-search.ts';
import { type Item, itemsOf } from './result-groups.ts';
import { SearchResult } from './search-result.tsx';
import { shownResults, text } from './search.ts';

/** What was found, newest first; more comes as one scrolls. */
export function SearchResults(props: { toField: () => void }) {
  let list!: HTMLDivElement;
  const move = roving(() => list);
  const query = () => shownResults()?.query;
  const visible = createMemo(() =>
    (shownResults()?.messages ?? []).filter(({ space, channel }) => findChannel(space, channel)),
  );
  const oneChannel = () => query()?.channel !== undefined || isDirect(findSpace(query()?.space));
  const items = createMemo(() => new Map(itemsOf(visible(), oneChannel()).map((one) => [one.key, one])));
  const keys = createMemo(() => [...items().keys()]);
  const hasFilters = () => readSearch(text()).filters.length > 0;
  const more = () => (shownResults()?.next ?? null) !== null;
  const typed = (event: KeyboardEvent) => {
    const first = list.querySelector('[data-rove]');
    if (event.key !== 'ArrowUp' || event.target !== first) return move(event);
    event.preventDefault();
    props.toField();
  };
  return (
    <FoundWords.Provider value={() => shownResults()?.terms ?? []}>
      <p class="search-count quiet" role="status">
        {sayHowMany(visible().length, more())}
      </p>
      <div ref={list} class="search-list" role="feed" aria-label="Results" onKeyDown={typed}>
        <For each={keys()}>
          {(key) => (
            <Show when={items().get(key)}>
              {(item) => (
                <Switch fallback={<Heading item={item()} oneSpace={query()?.space} oneChannel={oneChannel()} />}>
                  <Match when={messageOf(item())}>{(message) => <SearchResult message={message()} />}</Match>
                </Switch>
              )}
            </Show>
          )}
        </For>
      </div>
      <Show when={visible().length === 0 && !more()}>
        <div class="search-note">
          <Icon name="search" size={28} />
          <p>{shownResults()?.backTo ? 'Nothing was found so far.' : 'Nothing was found.'}</p>
          <p class="soft">
            Try fewer or other words or only the beginning of a word{hasFilters() ? ', take a filter out' : ''}
            {query()?.space ? ', or search everywhere' : ''}.
          </p>
        </div>
      </Show>
      <Show when={more()}>
        <MoreResults />
      </Show>
      <Show when={!more() && shownResults()?.backTo}>
        {(backTo) => <FurtherBack to={backTo()} toField={props.toField} />}
      </Show>
    </FoundWords.Provider>
  );
}

function messageOf(item: Item): Message | undefined {
  return 'message' in item ? item.message : undefined;
}

function sayHowMany(count: number, more: boolean): string {
  if (count === 0) return '';
  if (more) return `More than ${count} messages, the newest first`;
  return count === 1 ? '1 message' : `${count} messages, the newest first`;
}

function Heading(props: { item: Item; oneSpace: string | undefined; oneChannel: boolean }) {
  const say = () => {
    const { item } = props;
    if ('message' in item) return '';
    if (props.oneChannel) return sayDay(item.day, now());
    const space = findSpace(item.space);
    if (!space || isDirect(space)) return space ? nameOfSpace(space) : '';
    const name = `#${findChannel(item.space, item.channel)?.name ?? ''}`;
    return props.oneSpace ? name : `${name} · ${space.name}`;
  };
  return <h3 class="search-heading ellipsis">{say()}</h3>;
}

/** Comes into view as one scrolls, and asks then; by keyboard it is a button. */
function MoreResults() {
  let element!: HTMLDivElement;
  const work = () => workAtEnd();
  createEffect(() => {
    // After each page anew: a short one may leave the end in view.
    shownResults();
    if (work()?.problem) return;
    const watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && void loadMore(),
      { rootMargin: '300px' },
    );
    watcher.observe(element);
    onCleanup(() => watcher.disconnect());
  });
  return (
    <div ref={element} class="search-end">
      <Problem of={work()?.problem} />
      <Button small busy={work()?.runs ?? false} onClick={() => void loadMore()}>
        {work()?.runs ? 'Loading…' : 'Load more'}
      </Button>
    </div>
  );
}

/** Other homeservers have what is older. */
function FurtherBack(props: { to: number; toField: () => void }) {
  let element!: HTMLDivElement;
  // The button goes when there is nothing further back.
  onCleanup(() => element.contains(document.activeElement) && props.toField());
  const hubs = createMemo(() => {
    const only = shownResults()?.query.space;
    return [...new Set(world.spaces.filter(({ id }) => !only || id === only).flatMap((space) => hubOf(space) ?? []))];
  });
  const where = () => (hubs().length === 1 ? hubs()[0] : 'other homeservers');
  const work = () => {
    const now = workAtEnd();
    return now?.does === 'deeper' ? now : undefined;
  };
  return (
    <div ref={element} class="search-end">
      <p class="soft" role="status">
        {work()?.runs ? 'Looking further back, so far to' : 'Searched back to'} {sayDate(props.to)}. Older messages are
        on {where()}.
      </p>
      <Show when={work()?.stuck}>
        <p class="soft" role="status">
          No more came from there just now.
        </p>
      </Show>
      <Problem of={work()?.problem} />
      <Button
        small
        icon={work()?.runs ? 'close' : 'clock'}
        onClick={() => (work()?.runs ? stopWork() : void lookDeeper())}
      >
        {work()?.runs ? 'Stop' : 'Look further back'}
      </Button>
    </div>
  );
}
