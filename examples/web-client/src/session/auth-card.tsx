import type { JSX } from 'solid-js';
import { Show } from 'solid-js';
import './auth.css';

/** The six seats round a fire that stand for Folkmoot. */
export function Mark(props: { size?: number }) {
  return (
    <svg class="mark" width={props.size ?? 40} height={props.size ?? 40} viewBox="8 6 48 52" aria-hidden="true">
      <g fill="var(--accent)">
        <circle cx="32" cy="14" r="5.5" />
        <circle cx="47.6" cy="23" r="5.5" />
        <circle cx="47.6" cy="41" r="5.5" />
        <circle cx="32" cy="50" r="5.5" />
        <circle cx="16.4" cy="41" r="5.5" />
        <circle cx="16.4" cy="23" r="5.5" />
      </g>
      <circle cx="32" cy="32" r="6.5" fill="var(--ember)" />
    </svg>
  );
}

/** The page outside of communities: one card in the middle. */
export function AuthCard(props: { title: string; intro?: JSX.Element; children: JSX.Element; below?: JSX.Element }) {
  return (
    <main class="auth">
      <div class="auth-card">
        <Mark />
        <h1>{props.title}</h1>
        <Show when={props.intro}>
          <p class="soft">{props.intro}</p>
        </Show>
        {props.children}
        <Show when={props.below}>
          <p class="auth-below">{props.below}</p>
        </Show>
      </div>
    </main>
  );
}
