import { createSignal, onCleanup, Show } from 'solid-js';
import { connection, retryAt, wake } from '../session/live.ts';
import { Button } from '../ui/button.tsx';

/** Says that what is shown may be old. A blink of the network shows nothing. */
export function ConnectionBanner() {
  const [tick, setTick] = createSignal(Date.now());
  const [since, setSince] = createSignal<number>();
  const timer = setInterval(() => {
    setTick(Date.now());
    setSince(connection() === 'reconnecting' ? (since() ?? Date.now()) : undefined);
  }, 500);
  onCleanup(() => clearInterval(timer));
  const seconds = () => Math.max(0, Math.ceil(((retryAt() ?? 0) - tick()) / 1000));
  const shown = () => connection() === 'reconnecting' && since() !== undefined && tick() - since()! > 700;
  return (
    <div role="status">
      <Show when={shown()}>
        <div class="connection">
          <span>
            Connection lost. {seconds() > 0 ? `Next try in ${seconds()} s.` : 'Trying again…'} What you write is kept.
          </span>
          <Button small onClick={wake}>
            Try now
          </Button>
        </div>
      </Show>
    </div>
  );
}
