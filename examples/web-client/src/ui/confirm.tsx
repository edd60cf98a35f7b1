import type { JSX } from 'solid-js';
import { Button } from './button.tsx';
import { createDeed } from './deed.ts';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';
import { orWait } from './toast.tsx';
import { showLayer } from './layers.tsx';

interface Question {
  title: string;
  text: JSX.Element;
  /** What the button says that does it. */
  action: string;
  danger?: boolean;
  run: () => Promise<unknown>;
}

/** Asks before something that cannot be taken back, and does it. */
export function confirm(question: Question): void {
  showLayer((close) => {
    const deed = createDeed(async () => {
      await orWait(question.run());
      close();
    });
    return (
      <Dialog
        title={question.title}
        onClose={close}
        onSubmit={() => void deed.run()}
        footer={
          <>
            <Button look="ghost" onClick={close}>
              Cancel
            </Button>
            <Button look={question.danger ? 'danger' : 'primary'} type="submit" busy={deed.busy()} autofocus>
              {question.action}
            </Button>
          </>
        }
      >
        <div class="soft">{question.text}</div>
        <Problem of={deed.problem()} />
      </Dialog>
    );
  });
}
