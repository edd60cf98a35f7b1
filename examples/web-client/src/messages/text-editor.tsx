import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import { createEffect, createMemo, createSignal, createUniqueId, on, onCleanup, onMount, Show } from 'solid-js';
import { SuggestionList } from './suggestion-list.tsx';
import { askForMembers, suggest, type Suggestion, type Trigger, triggerAt } from './suggestions.ts';

interface TextEditorProps {
  space: Space;
  label: string;
  placeholder?: string;
  value: string;
  disabled?: boolean;
  mayMentionAll: boolean;
  onInput: (value: string) => void;
  onSubmit: () => void;
  onEscape: () => void;
  /** The Up arrow in an empty text. */
  onUp?: () => void;
  handle?: (handle: TextEditorHandle) => void;
}

export interface TextEditorHandle {
  focus: () => void;
  /** Puts text where the caret is. */
  insert: (text: string) => void;
}

/** A text that grows with what is written, suggests whom and what one means, and marks with Ctrl+B and Ctrl+I. */
export function TextEditor(props: TextEditorProps) {
  const id = createUniqueId();
  let area!: HTMLTextAreaElement;
  let asking: AbortController | undefined;
  const [trigger, setTrigger] = createSignal<Trigger>();
  const [dismissed, setDismissed] = createSignal<number>();
  const [chosen, setChosen] = createSignal(0);
  const suggestions = createMemo(() => {
    const open = trigger();
    return open && open.from !== dismissed() ? suggest(open, props.space, props.mayMentionAll) : [];
  });

  const fit = () => {
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  };
  const look = () => {
    const next = area.selectionStart === area.selectionEnd ? triggerAt(area.value, area.selectionStart) : undefined;
    if (next?.from !== trigger()?.from) setDismissed(undefined);
    if (next?.query !== trigger()?.query) setChosen(0);
    setTrigger(next);
    if (next?.sign !== '@') return;
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    setTimeout(() => !signal.aborted && void askForMembers(props.space.id, next.query, signal), 180);
  };
  const write = (value: string, caret: number) => {
    area.value = value;
    area.setSelectionRange(caret, caret);
    props.onInput(value);
    fit();
  };
  const insert = (text: string) => {
    const { selectionStart: from, selectionEnd: to, value } = area;
    write(value.slice(0, from) + text + value.slice(to), from + text.length);
    area.focus();
  };
  const take = (suggestion: Suggestion) => {
    const { from } = trigger()!;
    const end = area.selectionStart;
    const after = area.value.slice(end).replace(/^ /, '');
    write(area.value.slice(0, from) + suggestion.text + after, from + suggestion.text.length);
    setTrigger(undefined);
    area.focus();
  };
  const surround = (mark: string) => {
    const { selectionStart: from, selectionEnd: to, value } = area;
    area.value = value.slice(0, from) + mark + value.slice(from, to) + mark + value.slice(to);
    area.setSelectionRange(from + mark.length, to + mark.length);
    props.onInput(area.value);
  };
  const choose = (event: KeyboardEvent): boolean => {
    const count = suggestions().length;
    if (count === 0) return false;
    if (event.key === 'ArrowDown') setChosen((chosen() + 1) % count);
    else if (event.key === 'ArrowUp') setChosen((chosen() - 1 + count) % count);
    else if (event.key === 'Enter' || event.key === 'Tab') take(suggestions()[Math.min(chosen(), count - 1)]!);
    else if (event.key === 'Escape') setDismissed(trigger()!.from);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const typed = (event: KeyboardEvent) => {
    if (event.isComposing || (!event.shiftKey && choose(event))) return;
    const command = event.ctrlKey || event.metaKey;
    const inCode = (area.value.slice(0, area.selectionStart).match(/```/g)?.length ?? 0) % 2 === 1;
    if (event.key === 'Enter' && !event.shiftKey && (!inCode || command) && !matchMedia('(pointer: coarse)').matches) {
      event.preventDefault();
      props.onSubmit();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      props.onEscape();
    } else if (event.key === 'ArrowUp' && area.value === '' && props.onUp) {
      event.preventDefault();
      props.onUp();
    } else if (command && (event.key === 'b' || event.key === 'i')) {
      event.preventDefault();
      surround(event.key === 'b' ? '**' : '*');
    }
  };

  onMount(() => {
    fit();
    props.handle?.({ focus: () => area.focus(), insert });
  });
  createEffect(
    on(
      () => props.value,
      (value) => {
        if (area.value !== value) area.value = value;
        fit();
      },
      { defer: true },
    ),
  );
  onCleanup(() => asking?.abort());

  return (
    <div class="text-editor">
      <Show when={suggestions().length > 0}>
        <SuggestionList
          id={id}
          suggestions={suggestions()}
          chosen={Math.min(chosen(), suggestions().length - 1)}
          onChoose={take}
          onHover={setChosen}
        />
      </Show>
      <textarea
        ref={area}
        rows={1}
        dir="auto"
        value={props.value}
        placeholder={props.placeholder}
        aria-label={props.label}
        maxLength={limits.messageLength + 400}
        disabled={props.disabled}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={suggestions().length > 0}
        aria-controls={id}
        aria-activedescendant={
          suggestions().length > 0 ? `${id}-${Math.min(chosen(), suggestions().length - 1)}` : undefined
        }
        autocomplete="off"
        onInput={(event) => {
          props.onInput(event.currentTarget.value);
          fit();
          look();
        }}
        onClick={look}
        onKeyUp={(event) => (event.key === 'ArrowLeft' || event.key === 'ArrowRight') && look()}
        onBlur={() => setTimeout(() => document.activeElement !== area && setTrigger(undefined), 150)}
        onKeyDown={typed}
      />
    </div>
  );
}
