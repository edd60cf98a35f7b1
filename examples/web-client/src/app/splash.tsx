import { createSignal, onCleanup, Show } from 'solid-js';
import { findSession } from '../session/api.ts';
import { Mark } from '../session/auth-card.tsx';
import { Button } from '../ui/button.tsx';
import './splash.css';

/** Before anything is known; words appear only when it takes long. */
export function Splash(props: { unreachable?: boolean }) {
  const [slow, setSlow] = createSignal(false);
  const timer = setTimeout(() => setSlow(true), 1500);
  onCleanup(() => clearTimeout(timer));
  return (
    <main class="splash" aria-busy={!props.unreachable}>
      <Mark size={56} />
      <Show when={props.unreachable} fallback={<p role="status">{slow() ? 'Connecting to your homeserver…' : ''}</p>}>
        <p role="alert">The homeserver cannot be reached.</p>
        <Button look="primary" icon="retry" onClick={() => void findSession()}>
          Try again
        </Button>
      </Show>
    </main>
  );
}
