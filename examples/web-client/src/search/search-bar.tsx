import { createMemo, For, Show } from 'solid-js';
import { isDirect, nameOfSpace } from '../spaces/direct.ts';
import { findChannel, findSpace } from '../spaces/world.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { showMenu } from '../ui/menu.tsx';
import { sayDate } from '../ui/time.ts';
import { daysOf, writtenDay } from './days.ts';
import { filterKinds } from './filter-kinds.ts';
import { type Filter, readSearch, withoutFilter } from './read-search.ts';
import { again, choosePlace, known, type Reach, reach, text, type } from './search.ts';
import { partOf } from './search-query.ts';
import { searchPlace } from './show-search.ts';

/** Where is searched, and how to narrow it down. */
export function SearchBar(props: { onFilter: (name: string) => void }) {
  return (
    <div class="search-bar">
      <div class="row">
        <ReachChoice />
        <IconButton
          icon="gear"
          label="Filters"
          aria-haspopup="menu"
          onClick={(event) =>
            showMenu(
              event.currentTarget,
              'Filters',
              filterKinds.map(({ name, icon, label }) => ({ label, icon, run: () => props.onFilter(name) })),
            )
          }
        />
      </div>
      <Chips />
    </div>
  );
}

function ReachChoice() {
  const choices = createMemo<{ reach: Reach; label: string }[]>(() => {
    const { space: id, channel: channelId } = searchPlace();
    const [space, channel] = [findSpace(id), findChannel(id, channelId)];
    return [
      ...(space && !isDirect(space) && channel?.kind === 'text'
        ? [{ reach: 'channel' as const, label: `#${channel.name}` }]
        : []),
      ...(space
        ? [{ reach: 'space' as const, label: isDirect(space) ? 'This conversation' : nameOfSpace(space) }]
        : []),
      { reach: 'all', label: 'Everywhere' },
    ];
  });
  const isChosen = (one: Reach) =>
    choices().some((choice) => choice.reach === reach()) ? one === reach() : one === choices()[0]!.reach;
  return (
    <fieldset class="search-reach grow">
      <legend class="hidden-text">Where to search</legend>
      <For each={choices()}>
        {(choice) => (
          <label title={choice.label}>
            <input
              type="radio"
              name="search-reach"
              checked={isChosen(choice.reach)}
              onChange={() => choosePlace(choice.reach)}
            />
            <span class="ellipsis">{choice.label}</span>
          </label>
        )}
      </For>
    </fieldset>
  );
}

/** The filters as they are understood; each can be taken out. */
function Chips() {
  const chips = createMemo(() =>
    readSearch(text()).filters.flatMap((filter) => {
      const label = labelOf(filter);
      return label ? [{ filter, label }] : [];
    }),
  );
  return (
    <Show when={chips().length > 0}>
      <ul class="search-chips" aria-label="Filters">
        <For each={chips()}>
          {({ filter, label }) => (
            <li>
              <span class="ellipsis">{label}</span>
              <button
                type="button"
                aria-label={`Without “${label}”`}
                onClick={() => {
                  type(withoutFilter(text(), filter));
                  again();
                }}
              >
                <Icon name="close" size={13} />
              </button>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

function labelOf(filter: Filter): string | undefined {
  const all = known();
  const part = partOf(filter, all);
  if (!part) return undefined;
  const nameOf = (id: string | undefined) => all.people.find((one) => one.id === id)?.name ?? filter.value;
  switch (filter.name) {
    case 'from':
      return `From ${nameOf(part.author)}`;
    case 'mentions':
      return `Mentions ${nameOf(part.mentions)}`;
    case 'in': {
      const name = findChannel(part.space, part.channel)?.name ?? filter.value;
      return part.space === searchPlace().space ? `In #${name}` : `In #${name}, ${findSpace(part.space)?.name ?? ''}`;
    }
    case 'has':
      return 'Has a link';
    default:
      return `${{ before: 'Before', after: 'After', on: 'On' }[filter.name]} ${sayDays(filter.value)}`;
  }
}

function sayDays(value: string): string {
  const days = daysOf(value, Date.now());
  return days && writtenDay(days.first) === writtenDay(days.last) ? sayDate(days.first) : value;
}
