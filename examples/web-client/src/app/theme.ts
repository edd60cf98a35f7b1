import { createSignal } from 'solid-js';

export type Theme = 'system' | 'dark' | 'light';

const key = 'folkmoot.theme';
const [theme, show] = createSignal<Theme>((document.documentElement.dataset['theme'] as Theme | undefined) ?? 'system');

export { theme };

/** Chooses the theme; `public/theme.js` reads it before the next first paint, as plain text. */
export function setTheme(next: Theme): void {
  show(next);
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  try {
    if (next === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, next);
  } catch {
    // Without storage it lasts for this visit.
  }
}
