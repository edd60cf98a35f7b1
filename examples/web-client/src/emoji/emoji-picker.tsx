import { createMemo, createSignal, For, Show } from 'solid-js';
import { type Anchor, showPopover } from '../ui/popover.tsx';
import { type Emoji, emojiGroups } from './emoji-data.ts';
import { findEmoji, nameOfEmoji } from './emoji-search.ts';
import { recentEmoji, rememberEmoji } from './recent-emoji.ts';
import './emoji-picker.css';

const columns = 8;
const marks: Record<string, string> = {
  Recent: '🕘',
  Smileys: '😀',
  People: '👋',
  Nature: '🌿',
  Food: '🍎',
  Activities: '⚽',
  Places: '🚀',
  Objects: '💡',
  Symbols: '❤️',
};

/** Chooses one emoji; with the Shift key several. */
export function showEmojiPicker(anchor: Anchor, onPick: (sign: string) => void): void {
  showPopover(
    anchor,
    (close) => (
      <EmojiPicker
        onPick={(sign, more) => {
          rememberEmoji(sign);
          if (!more) close();
          onPick(sign);
        }}
      />
    ),
    { side: 'above' },
  );
}

function EmojiPicker(props: { onPick: (sign: string, more: boolean) => void }) {
  let grid!: HTMLDivElement;
  const [query, setQuery] = createSignal('');
  const [pointed, setPointed] = createSignal<string>();
  // What was used last stays in its place while the picker is open.
  const recent: Emoji[] = recentEmoji().map((sign) => ({ sign, name: nameOfEmoji(sign), words: [] }));
  const groups = createMemo(() =>
    query().trim()
      ? [{ name: 'Found', emoji: findEmoji(query().trim(), 64) }]
      : [{ name: 'Recent', emoji: recent }, ...emojiGroups],
  );
  const buttons = () => [...grid.querySelectorAll<HTMLButtonElement>('button')];

  const moved = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(event.target as HTMLButtonElement);
    if (at < 0) return;
    const next = neighbour(all, at, event.key);
    if (next === undefined) {
      if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey)
        grid.closest('.emoji')?.querySelector('input')?.focus();
      return;
    }
    event.preventDefault();
    if (next < 0) grid.closest('.emoji')?.querySelector('input')?.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  };
  return (
    <section class="emoji" role="dialog" aria-label="Choose an emoji">
      <input
        class="input"
        type="search"
        placeholder="Search emoji"
        aria-label="Search emoji"
        autofocus
        autocomplete="off"
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            buttons()[0]?.focus();
          } else if (event.key === 'Enter') {
            event.preventDefault();
            const first = groups().find((group) => group.emoji.length > 0)?.emoji[0];
            if (first && query()) props.onPick(first.sign, event.shiftKey);
          }
        }}
      />
      <div class="emoji-body">
        <Show when={!query().trim()}>
          <nav class="emoji-groups" aria-label="Groups">
            <For each={groups()}>
              {(group) => (
                <button
                  type="button"
                  title={group.name}
                  aria-label={group.name}
                  onClick={() => grid.querySelector(`[data-group="${group.name}"]`)?.scrollIntoView({ block: 'start' })}
                >
                  {marks[group.name]}
                </button>
              )}
            </For>
          </nav>
        </Show>
        <div ref={grid} class="emoji-grid" onKeyDown={moved}>
          <For each={groups()}>
            {(group) => (
              <section data-group={group.name} aria-label={group.name}>
                <h3>{group.name}</h3>
                <div class="emoji-signs" style={{ '--columns': columns }}>
                  <For each={group.emoji} fallback={<p class="quiet">Nothing found.</p>}>
                    {(emoji) => (
                      <button
                        type="button"
                        tabindex={-1}
                        aria-label={emoji.name.replaceAll('_', ' ')}
                        onPointerEnter={() => setPointed(`${emoji.sign}  :${emoji.name}:`)}
                        onFocus={() => setPointed(`${emoji.sign}  :${emoji.name}:`)}
                        onClick={(event) => props.onPick(emoji.sign, event.shiftKey)}
                      >
                        {emoji.sign}
                      </button>
                    )}
                  </For>
                </div>
              </section>
            )}
          </For>
        </div>
      </div>
      <p class="emoji-name ellipsis">{pointed() ?? 'Shift keeps this open'}</p>
    </section>
  );
}

/** Index that an arrow key leads to; up and down go by what is above and below on the page. -1: to the search. */
function neighbour(all: readonly HTMLElement[], at: number, key: string): number | undefined {
  if (key === 'ArrowRight') return at + 1;
  if (key === 'ArrowLeft') return at - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return all.length - 1;
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const by = key === 'ArrowDown' ? 1 : -1;
  const box = all[at]!.getBoundingClientRect();
  let line: number | undefined;
  let best = by > 0 ? all.length - 1 : -1;
  for (let n = at + by; n >= 0 && n < all.length; n += by) {
    const other = all[n]!.getBoundingClientRect();
    if (Math.abs(other.top - box.top) < 4) continue;
    line ??= other.top;
    if (Math.abs(other.top - line) > 4) break;
    if (
      best < 0 ||
      best === all.length - 1 ||
      Math.abs(other.left - box.left) < Math.abs(all[best]!.getBoundingClientRect().left - box.left)
    )
      best = n;
  }
  return best;
}
