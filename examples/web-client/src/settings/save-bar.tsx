import { Show } from 'solid-js';
import { Button } from '../ui/button.tsx';
import type { Deed } from '../ui/deed.ts';
import { Problem } from '../ui/problem.tsx';
import './save-bar.css';

/** Appears when something was changed: save it or put it back. */
export function SaveBar(props: { changed: boolean; deed: Deed<[]>; onReset: () => void }) {
  return (
    <div role="status" class="save-bar-place">
      <Show when={props.changed}>
        <div class="save-bar">
          <span class="grow">You have changes that are not saved.</span>
          <Button look="ghost" onClick={props.onReset}>
            Put back
          </Button>
          <Button look="primary" type="submit" busy={props.deed.busy()} onClick={() => void props.deed.run()}>
            Save
          </Button>
          <Problem of={props.deed.problem()} />
        </div>
      </Show>
    </div>
  );
}
