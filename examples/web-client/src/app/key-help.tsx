import { For } from 'solid-js';
import { Dialog } from '../ui/dialog.tsx';
import { showLayer } from '../ui/layers.tsx';
import './key-help.css';

const keys: readonly [string, string][] = [
  ['Ctrl K', 'Go to a community, channel, friend or conversation'],
  ['Ctrl F', 'Search messages; a second time it finds on this page'],
  ['Alt ↑ / ↓', 'Previous or next channel or conversation'],
  ['Alt ⇧ ↑ / ↓', 'Previous or next unread channel'],
  ['↑ in an empty composer', 'Edit the own last message'],
  ['⇧ Tab from the composer', 'To the messages; ↑ ↓ move between them'],
  ['R · E · A · P · C · Del', 'On a message: reply, edit, react, pin, copy link, delete'],
  ['Enter · ⇧ Enter', 'Send · new line'],
  ['Ctrl B · Ctrl I', 'Bold · italic, in the composer'],
  ['Ctrl ⇧ M · Ctrl ⇧ D', 'In voice: mute or unmute · deafen or hear again'],
  ['Ctrl ⇧ O · Ctrl ⇧ E · Ctrl ⇧ H', 'In voice: camera · share the screen · leave'],
  ['Ctrl ⇧ Enter · Ctrl ⇧ ⌫', 'When it rings: accept · decline'],
  ['Esc', 'Close what is open; mark the channel as read'],
  ['Ctrl /', 'This list'],
];

/** The list of keys. */
export function showKeyHelp(): void {
  showLayer((close) => (
    <Dialog title="Keyboard" onClose={close}>
      <dl class="key-help">
        <For each={keys}>
          {([key, what]) => (
            <div>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          )}
        </For>
      </dl>
    </Dialog>
  ));
}
