import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createMemo, createSignal, createUniqueId, For, Show } from 'solid-js';
import { isRefusal } from '../app/say-error.ts';
import { handleOf } from '../members/handle.ts';
import { statusOf } from '../members/presence.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { showLayer } from '../ui/layers.tsx';
import { Problem } from '../ui/problem.tsx';
import { peopleWho } from './relationships.ts';
import './people-picker.css';

interface Choosing {
  title: string;
  intro: string;
  /** How many can be chosen. */
  most: number;
  /** Ids of those who are not offered. */
  without: readonly string[];
  action: (count: number) => string;
  run: (users: readonly string[]) => Promise<unknown>;
}

interface Choice {
  /** Id, or a handle that was typed. */
  key: string;
  name: string;
  user?: UserSummary;
}

const address = /^[a-z0-9_.]{2,32}(@[a-z0-9.-]+(:[1-9][0-9]{0,4})?)?$/;

/** Chooses among friends, or anybody by handle. */
export function showPeoplePicker(choosing: Choosing): void {
  showLayer((close) => <PeoplePicker {...choosing} close={close} />);
}

function PeoplePicker(props: Choosing & { close: () => void }) {
  const id = createUniqueId();
  let input!: HTMLInputElement;
  let list!: HTMLUListElement;
  const [query, setQuery] = createSignal('');
  const [at, setAt] = createSignal(0);
  const [chosen, setChosen] = createSignal<readonly Choice[]>([]);
  const typed = () => query().trim().toLowerCase().replace(/^@/, '');
  const offered = createMemo<Choice[]>(() => {
    const words = typed();
    const friends = peopleWho('friend')
      .map((one) => one.user)
      .filter((user) => !props.without.includes(user.id))
      .filter((user) => [nameOfUser(user), handleOf(user)].some((name) => name.toLowerCase().includes(words)))
      .map((user) => ({ key: user.id, name: nameOfUser(user), user }));
    const isNew = address.test(words) && !friends.some((one) => handleOf(one.user) === words);
    return isNew ? [...friends, { key: words, name: `@${words}` }] : friends;
  });
  const isChosen = (key: string) => chosen().some((one) => one.key === key);
  const full = () => chosen().length >= props.most;
  const toggle = (choice: Choice | undefined) => {
    if (!choice) return;
    if (isChosen(choice.key)) setChosen(chosen().filter((one) => one.key !== choice.key));
    else if (!full()) {
      setChosen([...chosen(), choice]);
      setQuery('');
      setAt(0);
    }
    deed.clear();
    input.focus();
  };
  const deed = createDeed(async () => {
    await props.run(chosen().map((one) => one.key));
    props.close();
  });
  const move = (event: KeyboardEvent) => {
    const count = Math.max(1, offered().length);
    if (event.key === 'ArrowDown') setAt((at() + 1) % count);
    else if (event.key === 'ArrowUp') setAt((at() - 1 + count) % count);
    else if (event.key === 'Backspace' && query() === '') setChosen(chosen().slice(0, -1));
    else if (event.key === 'Enter') {
      // With nothing typed and somebody chosen, Enter goes on; else it chooses.
      if (query() === '' && chosen().length > 0) return;
      toggle(offered()[Math.min(at(), count - 1)]);
    } else return;
    event.preventDefault();
    queueMicrotask(() => list?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }));
  };
  const nobody = () => isRefusal(deed.problem(), 'not_found');
  return (
    <Dialog
      title={props.title}
      intro={props.intro}
      onClose={props.close}
      onSubmit={() => chosen().length > 0 && void deed.run()}
      footer={
        <>
          <Button look="ghost" onClick={props.close}>
            Cancel
          </Button>
          <Button look="primary" type="submit" busy={deed.busy()} disabled={chosen().length === 0}>
            {props.action(chosen().length)}
          </Button>
        </>
      }
    >
      <div class="picker">
        <div class="picker-field" onClick={() => input.focus()}>
          <For each={chosen()}>
            {(one) => (
              <button
                type="button"
                class="picker-chip"
                aria-label={`Do not choose ${one.name}`}
                onClick={() => toggle(one)}
              >
                {one.name}
                <Icon name="close" size={12} />
              </button>
            )}
          </For>
          <input
            ref={input}
            autofocus
            type="text"
            role="combobox"
            aria-label="To"
            aria-expanded="true"
            aria-controls={id}
            aria-activedescendant={offered().length > 0 ? `${id}-${Math.min(at(), offered().length - 1)}` : undefined}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder={chosen().length === 0 ? 'A friend, or name@server' : full() ? 'That is everybody' : 'And…'}
            value={query()}
            onInput={(event) => (setQuery(event.currentTarget.value), setAt(0))}
            onKeyDown={move}
          />
        </div>
        <ul ref={list} id={id} class="picker-list" role="listbox" aria-label="People" aria-multiselectable="true">
          <For each={offered()}>
            {(one, index) => (
              <li
                id={`${id}-${index()}`}
                role="option"
                aria-selected={index() === Math.min(at(), offered().length - 1)}
                aria-checked={isChosen(one.key)}
                aria-disabled={full() && !isChosen(one.key)}
                onPointerMove={() => setAt(index())}
                onClick={() => toggle(one)}
              >
                <Show when={one.user} fallback={<Icon name="at" size={20} />}>
                  {(user) => <Avatar id={user().id} name={one.name} size={30} status={statusOf(user().id)} />}
                </Show>
                <span class="grow">
                  <strong class="ellipsis">{one.name}</strong>
                  <span class="quiet ellipsis">{one.user ? `@${handleOf(one.user)}` : 'Find this person'}</span>
                </span>
                <span class="picker-check" classList={{ on: isChosen(one.key) }}>
                  <Show when={isChosen(one.key)}>
                    <Icon name="check" size={14} />
                  </Show>
                </span>
              </li>
            )}
          </For>
        </ul>
        <Show when={offered().length === 0 && (typed() || chosen().length === 0)}>
          <p class="soft picker-none">
            {typed()
              ? 'No friend of yours is called that. Somebody else is found by the whole handle: name@server.'
              : 'You have no friends here yet. Type the handle of somebody: name@server.'}
          </p>
        </Show>
        <Show when={nobody()} fallback={<Problem of={deed.problem()} />}>
          <p class="field-error" role="alert">
            Nobody is found by {chosen().some((one) => !one.user) ? 'one of these handles' : 'this name'}. Ask them how
            they spell it, or whether they let themselves be found.
          </p>
        </Show>
      </div>
    </Dialog>
  );
}
