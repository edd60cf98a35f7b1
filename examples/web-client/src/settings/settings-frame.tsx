import { For, type JSX, onCleanup, onMount, Suspense } from 'solid-js';
import { go, pathOfPlace } from '../app/router.ts';
import { IconButton } from '../ui/button.tsx';
import './settings.css';

export interface SettingsTab {
  id: string;
  title: string;
  danger?: boolean;
  shown?: boolean;
}

interface SettingsFrameProps {
  title: string;
  /** Path below which the tabs are. */
  base: string;
  tabs: readonly SettingsTab[];
  current: string;
  footer?: JSX.Element;
  children: JSX.Element;
}

/** A page of settings above the community: subjects on the left, one of them open. */
export function SettingsFrame(props: SettingsFrameProps) {
  let element!: HTMLDivElement;
  const before = document.activeElement as HTMLElement | null;
  const shown = () => props.tabs.filter((tab) => tab.shown !== false);
  const current = () => shown().find((tab) => tab.id === props.current) ?? shown()[0];
  onMount(() => element.querySelector<HTMLElement>('[aria-current]')?.focus());
  onCleanup(() => queueMicrotask(() => before?.isConnected && before.focus()));
  return (
    <div ref={element} class="settings" role="dialog" aria-modal="true" aria-label={`Settings: ${props.title}`}>
      <nav class="settings-tabs" aria-label="Settings">
        <p class="settings-of ellipsis">{props.title}</p>
        <ul>
          <For each={shown()}>
            {(tab) => (
              <li>
                <a
                  href={`${props.base}/${tab.id}`}
                  class="settings-tab"
                  classList={{ danger: tab.danger ?? false }}
                  aria-current={tab.id === current()?.id ? 'page' : undefined}
                >
                  {tab.title}
                </a>
              </li>
            )}
          </For>
        </ul>
        {props.footer}
      </nav>
      <main class="settings-main">
        <div class="settings-page">
          <header class="settings-head">
            <h1>{current()?.title}</h1>
            <IconButton icon="close" size={22} label="Close settings (Esc)" onClick={() => go(pathOfPlace())} />
          </header>
          <Suspense fallback={<p class="quiet">Loading…</p>}>{props.children}</Suspense>
        </div>
      </main>
    </div>
  );
}
