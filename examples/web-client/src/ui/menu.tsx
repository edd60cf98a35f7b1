import { For, Show } from 'solid-js';
import { Icon, type IconName } from './icon.tsx';
import { type Anchor, showPopover } from './popover.tsx';
import { roving } from './roving.ts';
import './menu.css';

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** Key that does the same. */
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  run: () => unknown;
}

/** Opens a menu; `line` separates groups. Items that are `undefined` or `false` are left out. */
export function showMenu(
  anchor: Anchor,
  label: string,
  items: readonly (MenuItem | 'line' | undefined | false)[],
): void {
  const shown = items.filter((item) => item !== undefined && item !== false);
  const tidy = shown.filter(
    (item, at) => item !== 'line' || (at > 0 && at < shown.length - 1 && shown[at - 1] !== 'line'),
  );
  if (tidy.length > 0) showPopover(anchor, (close) => <Menu label={label} items={tidy} close={close} />);
}

function Menu(props: { label: string; items: readonly (MenuItem | 'line')[]; close: () => void }) {
  let element!: HTMLDivElement;
  const move = roving(() => element, { wrap: true });
  const typed = (event: KeyboardEvent) => {
    if (event.key === 'Tab') {
      event.preventDefault();
      props.close();
    } else if (event.key.length === 1 && event.key !== ' ') {
      const options = [...element.querySelectorAll<HTMLElement>('[role=menuitem]')];
      options.find((option) => option.innerText.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else move(event);
  };
  return (
    <div ref={element} class="menu" role="menu" aria-label={props.label} onKeyDown={typed}>
      <For each={props.items}>
        {(item) => (
          <Show when={item !== 'line' && item} fallback={<div class="menu-line" role="separator" />} keyed>
            {(entry) => (
              <button
                type="button"
                role="menuitem"
                data-rove
                class="menu-item"
                classList={{ danger: entry.danger ?? false }}
                disabled={entry.disabled}
                onClick={() => {
                  props.close();
                  entry.run();
                }}
              >
                <span class="grow">{entry.label}</span>
                <Show when={entry.hint}>
                  <kbd>{entry.hint}</kbd>
                </Show>
                <Show when={entry.icon}>{(name) => <Icon name={name()} size={17} />}</Show>
              </button>
            )}
          </Show>
        )}
      </For>
    </div>
  );
}
