import { For } from 'solid-js';
import { Icon } from '../ui/icon.tsx';
import { filterKinds } from './filter-kinds.ts';

/** What a search can be, before there is one. */
export function SearchTips(props: { onFilter: (name: string) => void }) {
  return (
    <div class="search-tips">
      <p class="soft">
        A message is found by all of the words, in any order; a word is found by its beginning. Words in “quotes” stand
        together.
      </p>
      <h3>Narrow it down</h3>
      <ul>
        <For each={filterKinds}>
          {({ name, icon, label, example }) => (
            <li>
              <button type="button" onClick={() => props.onFilter(name)}>
                <Icon name={icon} size={17} />
                <span class="grow">{label}</span>
                <code>{example}</code>
              </button>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
