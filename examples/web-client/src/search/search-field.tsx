import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { createEffect, createMemo, createSignal, createUniqueId, on, onCleanup, onMount, Show } from 'solid-js';
import { SuggestionList } from '../messages/suggestion-list.tsx';
import { askForMembers, type Suggestion } from '../messages/suggestions.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { type Filter, filterAt, withValue } from './read-search.ts';
import { again, known, text, type } from './search.ts';
import { valuesOf } from './search-suggestions.ts';
import { searchAsked, searchPlace } from './show-search.ts';

interface SearchFieldProps {
  onDown: () => void;
  handle: (handle: SearchFieldHandle) => void;
}

export interface SearchFieldHandle {
  focus: () => void;
  /** Begins a filter at the end of the text. */
  begin: (name: string) => void;
}

/** Where a search is typed; whom and what a filter can name is offered while one types. */
export function SearchField(props: SearchFieldProps) {
  const id = createUniqueId();
  let input!: HTMLInputElement;
  const [open, setOpen] = createSignal<Filter>();
  const [chosen, setChosen] = createSignal(0);
  const suggestions = createMemo(() => {
    const filter = open();
    if (!filter) return [];
    return valuesOf(filter, { ...known(), space: searchPlace().space });
  });
  const at = () => Math.min(chosen(), suggestions().length - 1);

  const look = () => {
    const caret = input.selectionStart === input.selectionEnd ? input.selectionStart : null;
    const filter = caret === null ? undefined : filterAt(input.value, caret);
    if (filter?.start !== open()?.start || filter?.value !== open()?.value) setChosen(0);
    setOpen(filter);
  };
  const write = (value: string, caret: number) => {
    input.value = value;
    input.focus();
    input.setSelectionRange(caret, caret);
    type(value, caret);
    look();
  };
  const take = (suggestion: Suggestion) => {
    const next = withValue(input.value, open()!, suggestion.text);
    write(next.text, next.caret);
    again();
  };
  const choose = (event: KeyboardEvent): boolean => {
    const count = suggestions().length;
    if (count === 0) return false;
    if (event.key === 'ArrowDown') setChosen((at() + 1) % count);
    else if (event.key === 'ArrowUp') setChosen((at() - 1 + count) % count);
    else if (event.key === 'Enter' || event.key === 'Tab') take(suggestions()[at()]!);
    else if (event.key === 'Escape') setOpen(undefined);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const typed = (event: KeyboardEvent) => {
    if (event.isComposing || event.shiftKey || choose(event)) return;
    if (event.key === 'Enter') again();
    else if (event.key === 'ArrowDown') props.onDown();
    else return;
    event.preventDefault();
  };

  createEffect(() => {
    // People who were not seen yet are asked for, and suggested once they are known.
    const filter = open();
    const { space } = searchPlace();
    if (!space || (filter?.name !== 'from' && filter?.name !== 'mentions')) return;
    const asking = new AbortController();
    const timer = setTimeout(() => void askForMembers(space, filter.value.replace(/^@/, ''), asking.signal), 180);
    onCleanup(() => {
      clearTimeout(timer);
      asking.abort();
    });
  });
  onMount(() => {
    props.handle({
      focus: () => input.focus(),
      begin: (name) => {
        const value = `${text().trimEnd()} ${name}:`.trimStart();
        write(value, value.length);
      },
    });
    createEffect(
      on(searchAsked, () => {
        input.focus();
        input.select();
        // The same words may stand for something else here.
        type(text());
      }),
    );
  });
  createEffect(on(text, (value) => input.value !== value && (input.value = value)));

  return (
    <div class="search-field grow">
      <Icon name="search" size={17} />
      <input
        ref={input}
        type="text"
        inputmode="search"
        enterkeyhint="search"
        dir="auto"
        autocomplete="off"
        spellcheck={false}
        placeholder="Search messages"
        aria-label="Search messages"
        maxLength={limits.searchQueryLength * 2}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={suggestions().length > 0}
        aria-controls={id}
        aria-activedescendant={suggestions().length > 0 ? `${id}-${at()}` : undefined}
        onInput={() => {
          type(input.value, input.selectionStart ?? undefined);
          look();
        }}
        onClick={look}
        onKeyUp={(event) => (event.key === 'ArrowLeft' || event.key === 'ArrowRight') && look()}
        onBlur={() => setOpen(undefined)}
        onKeyDown={typed}
      />
      <Show when={text() !== ''}>
        <IconButton icon="close" size={15} label="Clear the search" onClick={() => write('', 0)} />
      </Show>
      <Show when={suggestions().length > 0}>
        <SuggestionList id={id} suggestions={suggestions()} chosen={at()} onChoose={take} onHover={setChosen} />
      </Show>
    </div>
  );
}
