import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createMemo, createSignal, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js';
import { type VirtualizerHandle, Virtualizer } from 'virtua/solid';
import { isDirect, nameOfSpace } from '../spaces/direct.ts';
import { now } from '../ui/clock.ts';
import { sayDay } from '../ui/time.ts';
import type { ChannelMessages } from './channel-messages.ts';
import { ChannelStart } from './channel-start.tsx';
import { MessageRow } from './message-row.tsx';
import { PendingRow } from './pending-row.tsx';
import type { Row } from './rows.ts';

interface MessageListProps {
  space: Space;
  channel: ChannelView;
  messages: ChannelMessages;
  rows: readonly Row[];
  /** Row that is shown first: a message that was linked to, the first new one, or nothing for the newest. */
  target: string | undefined;
  flash: string | undefined;
  onAtEnd: (atEnd: boolean) => void;
  onJump: (message: string) => void;
  /** The line above what is new came into view. */
  onNewSeen: () => void;
  handle: (handle: ListHandle) => void;
}

export interface ListHandle {
  toEnd: () => void;
  toKey: (key: string) => void;
}

const nearPx = 600;
const endPx = 32;

/** The rows that can be seen, out of all that were loaded. Stays at the end while one is there, and else where one reads. */
export function MessageList(props: MessageListProps) {
  let scroller!: HTMLDivElement;
  let list: VirtualizerHandle | undefined;
  let offset = 0;
  const [atEnd, setAtEnd] = createSignal(props.target === undefined);
  const [focused, setFocused] = createSignal<string>();
  const keys = createMemo(() => props.rows.map((row) => row.key));
  const byKey = createMemo(() => new Map(props.rows.map((row) => [row.key, row])));
  const kept = createMemo(() => {
    const at = focused() === undefined ? -1 : keys().indexOf(focused()!);
    return at < 0 ? [] : [at];
  });

  const toEnd = () => {
    setAtEnd(true);
    if (keys().length > 0) list?.scrollToIndex(keys().length - 1, { align: 'end' });
  };
  const toKey = (key: string) => {
    const at = keys().indexOf(key);
    if (at < 0) return;
    setAtEnd(false);
    list?.scrollToIndex(at, { align: 'center' });
  };
  const load = () => {
    if (!list || props.messages.loading()) return;
    const { more_before, more_after } = props.messages.list;
    if (more_before && list.scrollOffset < nearPx) void props.messages.loadBefore();
    else if (more_after && list.scrollSize - list.scrollOffset - list.viewportSize < nearPx)
      void props.messages.loadAfter();
  };
  const scrolled = (next: number) => {
    if (!list) return;
    // A view that grew is scrolled before the list is told its size: the page itself knows.
    const left = list.scrollSize - next - Math.max(list.viewportSize, scroller.clientHeight);
    // New rows make the distance grow without anybody scrolling: only a move up leaves the end.
    if (left <= endPx) setAtEnd(!props.messages.list.more_after);
    else if (next < offset - 2) setAtEnd(false);
    offset = next;
    load();
  };
  const resized = () => {
    if (atEnd() && list && list.scrollSize - list.scrollOffset - list.viewportSize > 1)
      list.scrollToIndex(keys().length - 1, { align: 'end' });
  };

  const focusRow = (index: number) => {
    const key = keys()[index];
    if (!key) return;
    setFocused(key);
    setAtEnd(index === keys().length - 1 && atEnd());
    list?.scrollToIndex(index, { align: 'nearest' });
    requestAnimationFrame(() =>
      scroller
        .querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] [data-rove]`)
        ?.focus({ preventScroll: true }),
    );
  };
  const typed = (event: KeyboardEvent) => {
    const key = (event.target as Element).closest<HTMLElement>('[data-key]')?.dataset['key'];
    const at = key === undefined ? keys().length : keys().indexOf(key);
    if ((event.target as Element).closest('textarea')) return;
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: keys().length - 1 }[event.key];
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (next >= keys().length) document.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus();
    else focusRow(Math.max(0, next));
  };

  onMount(() => {
    props.handle({ toEnd, toKey });
    const target = props.target === undefined ? -1 : keys().indexOf(props.target);
    requestAnimationFrame(() => {
      if (target < 0) return toEnd();
      const { firstNew, first } = byKey().get(props.target!) ?? {};
      // The start of the channel stands above the first message, in the same row.
      if (firstNew) list?.scrollToIndex(target, first ? { align: 'end' } : { align: 'start', offset: -48 });
      else list?.scrollToIndex(target, { align: 'center' });
    });
    // Once the first position is reached: a short page may need more to fill the view.
    const settled = setTimeout(() => list && scrolled(list.scrollOffset), 300);
    onCleanup(() => clearTimeout(settled));
    props.messages.anchor = () =>
      list
        ? byKey().get(keys()[list.findItemIndex(list.scrollOffset + list.viewportSize / 2)] ?? '')?.message?.id
        : undefined;
    onCleanup(() => (props.messages.anchor = () => undefined));
  });
  createEffect(on(atEnd, (end) => props.onAtEnd(end)));
  createEffect(
    on(
      () => keys().at(-1),
      (last, before) => {
        const isMine = last !== undefined && byKey().get(last)?.pending !== undefined;
        if (last === before || (!atEnd() && !isMine)) return;
        toEnd();
        props.messages.trim();
      },
      { defer: true },
    ),
  );
  createEffect(on(props.messages.loading, (loading) => !loading && requestAnimationFrame(load), { defer: true }));

  return (
    <div
      ref={scroller}
      class="messages-scroll"
      tabindex={0}
      role="region"
      aria-label={`Messages in ${isDirect(props.space) ? nameOfSpace(props.space) : props.channel.name}`}
      onKeyDown={typed}
    >
      <div class="messages-filler" />
      <Virtualizer
        ref={(given) => (list = given)}
        data={keys()}
        shift={props.messages.state().change === 'before'}
        keepMounted={kept()}
        onScroll={scrolled}
        onResize={resized}
      >
        {(key) => (
          <Show when={byKey().get(key)}>
            {(row) => (
              <div data-key={key} onFocusIn={() => setFocused(key)}>
                <RowOf {...props} row={row()} />
              </div>
            )}
          </Show>
        )}
      </Virtualizer>
    </div>
  );
}

function RowOf(props: MessageListProps & { row: Row }) {
  return (
    <>
      <Show when={props.row.first}>
        <ChannelStart space={props.space} channel={props.channel} />
      </Show>
      <Show when={props.row.day}>
        {(day) => (
          <div class="day-line" role="separator">
            <span>{sayDay(day(), now())}</span>
          </div>
        )}
      </Show>
      <Show when={props.row.firstNew}>
        <NewLine onSeen={props.onNewSeen} />
      </Show>
      <Switch>
        <Match when={props.row.message}>
          {(message) => (
            <MessageRow
              space={props.space}
              channel={props.channel}
              message={message()}
              head={props.row.head}
              flash={props.flash === message().id}
              onJump={props.onJump}
            />
          )}
        </Match>
        <Match when={props.row.pending}>
          {(pending) => (
            <PendingRow
              space={props.space}
              pending={pending()}
              head={props.row.head}
              onRetry={() => props.messages.queue.retry(pending())}
              onDiscard={() => props.messages.queue.discard(pending().intent)}
            />
          )}
        </Match>
      </Switch>
    </>
  );
}

function NewLine(props: { onSeen: () => void }) {
  let element!: HTMLDivElement;
  onMount(() => {
    const watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && props.onSeen(),
    );
    watcher.observe(element);
    onCleanup(() => watcher.disconnect());
  });
  return (
    <div ref={element} class="new-line" role="separator">
      <span>New</span>
    </div>
  );
}
