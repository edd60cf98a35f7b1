import { searchShown } from '../app/drawers.ts';
import { Icon } from '../ui/icon.tsx';
import { closeSearch, showSearch } from './show-search.ts';
import './search-button.css';

/** Opens the search; where there is room it looks like the field that it leads to. */
export function SearchButton() {
  return (
    <button
      type="button"
      class="search-button"
      aria-label="Search messages"
      aria-expanded={searchShown()}
      title="Search messages (Ctrl+F)"
      onClick={() => (searchShown() ? closeSearch() : showSearch())}
    >
      <Icon name="search" />
      <span class="search-button-word">Search</span>
      <kbd class="search-button-word">Ctrl F</kbd>
    </button>
  );
}
