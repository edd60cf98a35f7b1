import { setPresence } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import type { PresenceSetting } from '@folkmoot/protocol-spec/schemas/people.ts';
import { Show } from 'solid-js';
import { go } from '../app/router.ts';
import { call } from '../session/api.ts';
import { world } from '../spaces/world.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { showMenu } from '../ui/menu.tsx';
import { orToast } from '../ui/toast.tsx';
import { statusOf, statusTextOf } from './presence.ts';
import './user-bar.css';

/** What the statuses are called where one chooses. */
export const statusChoices: readonly { value: PresenceSetting['status']; label: string }[] = [
  { value: 'online', label: 'Online' },
  { value: 'idle', label: 'Idle' },
  { value: 'dnd', label: 'Do not disturb' },
  { value: 'invisible', label: 'Invisible' },
];

/** Who one is here, with the status and the way to the settings. */
export function UserBar() {
  const choose = (anchor: HTMLElement) => {
    const text = world.account?.presence.text ?? '';
    showMenu(anchor, 'Status', [
      ...statusChoices.map(({ value, label }) => ({
        label: value === world.account?.presence.status ? `${label} (now)` : label,
        run: () => orToast(call(setPresence, { body: { status: value, text } })),
      })),
      'line',
      { label: 'Status text', icon: 'pencil', run: () => go('/settings/presence') },
      { label: 'Profile', icon: 'person', run: () => go('/settings/profile') },
    ]);
  };
  return (
    <Show when={world.account}>
      {(account) => (
        <div class="user-bar">
          <button
            type="button"
            class="user-bar-me"
            aria-haspopup="menu"
            onClick={(event) => choose(event.currentTarget)}
          >
            <Avatar id={account().id} name={account().display_name} size={34} status={statusOf(account().id)} />
            <span class="grow">
              <span class="user-bar-name ellipsis">{account().display_name}</span>
              <span class="user-bar-text ellipsis">
                {statusTextOf(account().id) ||
                  (account().presence.status === 'invisible' ? 'Invisible' : `@${account().handle}`)}
              </span>
            </span>
          </button>
          <IconButton icon="gear" label="Settings" onClick={() => go('/settings/profile')} />
        </div>
      )}
    </Show>
  );
}
