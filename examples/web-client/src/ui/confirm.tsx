import type { JSX } from 'solid-js';
import { createDeed } from './deed.ts';
import { DeedDialog } from './deed-dialog.tsx';
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
      <DeedDialog
        title={question.title}
        onClose={close}
        deed={deed}
        action={question.action}
        danger={question.danger}
        focusAction
      >
        <div class="soft">{question.text}</div>
      </DeedDialog>
    );
  });
}
