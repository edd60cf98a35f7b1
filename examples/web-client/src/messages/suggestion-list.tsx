import { For, Match, Switch } from 'solid-js';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import type { Suggestion } from './suggestions.ts';

interface SuggestionListProps {
  id: string;
  suggestions: readonly Suggestion[];
  chosen: number;
  onChoose: (suggestion: Suggestion) => void;
  onHover: (index: number) => void;
}

/** What could be meant; the focus stays in the text. */
export function SuggestionList(props: SuggestionListProps) {
  return (
    <ul id={props.id} class="suggestions" role="listbox" aria-label="Suggestions">
      <For each={props.suggestions}>
        {(one, at) => (
          <li
            id={`${props.id}-${at()}`}
            role="option"
            aria-selected={at() === props.chosen}
            class="suggestion"
            onPointerDown={(event) => {
              event.preventDefault();
              props.onChoose(one);
            }}
            onPointerMove={() => props.onHover(at())}
          >
            <Switch fallback={<Icon name={one.icon ?? 'people'} />}>
              <Match when={one.kind === 'person'}>
                <Avatar id={one.key} name={one.label} size={24} />
              </Match>
              <Match when={one.kind === 'emoji'}>
                <span class="suggestion-emoji">{one.detail}</span>
              </Match>
              <Match when={one.kind === 'channel'}>
                <Icon name="hash" />
              </Match>
              <Match when={one.kind === 'role'}>
                <span class="role-dot" style={{ '--role': one.color }} />
              </Match>
            </Switch>
            <span class="ellipsis">{one.label}</span>
            <span class="grow ellipsis quiet">{one.kind === 'emoji' ? '' : one.detail}</span>
          </li>
        )}
      </For>
    </ul>
  );
}
