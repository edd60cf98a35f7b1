import { For } from 'solid-js';
import { setTheme, type Theme, theme } from '../app/theme.ts';

const themes: readonly { value: Theme; label: string }[] = [
  { value: 'system', label: 'Like the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

/** How the page looks on this device. */
export function AppearanceSettings() {
  return (
    <div class="form">
      <fieldset class="choices">
        <legend class="hidden-text">Theme</legend>
        <For each={themes}>
          {(one) => (
            <label>
              <input type="radio" name="theme" checked={theme() === one.value} onChange={() => setTheme(one.value)} />
              {one.label}
            </label>
          )}
        </For>
      </fieldset>
      <p class="field-help">Kept on this device.</p>
    </div>
  );
}
