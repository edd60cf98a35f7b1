import { Show } from 'solid-js';
import { sayError } from '../app/say-error.ts';
import { Icon } from './icon.tsx';
import './problem.css';

/** Why the last try failed, where there was one. */
export function Problem(props: { of: unknown }) {
  return (
    <Show when={props.of}>
      <p class="problem" role="alert">
        <Icon name="warn" size={16} />
        <span>{sayError(props.of)}</span>
      </p>
    </Show>
  );
}
