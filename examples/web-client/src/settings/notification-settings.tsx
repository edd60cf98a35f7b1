import { createSignal, Match, Switch } from 'solid-js';
import { Button } from '../ui/button.tsx';

/** Asks the browser for desktop notifications; they come for mentions and direct messages. */
export function NotificationSettings() {
  const [permission, setPermission] = createSignal(
    typeof Notification === 'undefined' ? 'unsupported' : Notification.permission,
  );
  return (
    <div class="form">
      <p class="soft">
        A desktop notification tells you that somebody mentioned you or wrote to you directly while this page is open
        but out of sight.
      </p>
      <Switch>
        <Match when={permission() === 'default'}>
          <Button look="primary" onClick={() => void Notification.requestPermission().then(setPermission)}>
            Allow notifications
          </Button>
        </Match>
        <Match when={permission() === 'granted'}>
          <p role="status">
            Notifications are allowed. To stop them, take the permission back in the settings of your browser.
          </p>
        </Match>
        <Match when={permission() === 'denied'}>
          <p role="status">Your browser blocks notifications of this page. You can change that in its settings.</p>
        </Match>
        <Match when={permission() === 'unsupported'}>
          <p role="status">This browser has no notifications for this page.</p>
        </Match>
      </Switch>
    </div>
  );
}
