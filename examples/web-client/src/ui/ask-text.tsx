import { createSignal } from 'solid-js';
import { Button } from './button.tsx';
import { createDeed } from './deed.ts';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';
import { showLayer } from './layers.tsx';
import { Problem } from './problem.tsx';
import { orWait } from './toast.tsx';

interface Question {
  title: string;
  label: string;
  value: string;
  placeholder?: string;
  action: string;
  run: (text: string) => Promise<unknown>;
}

/** Asks for one line of text and does something with it. */
export function askForText(question: Question): void {
  showLayer((close) => {
    const [text, setText] = createSignal(question.value);
    const deed = createDeed(async () => {
      await orWait(question.run(text().trim()));
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
            <Button look="primary" type="submit" busy={deed.busy()} disabled={!text().trim()}>
              {question.action}
            </Button>
          </>
        }
      >
        <TextField
          label={question.label}
          placeholder={question.placeholder}
          maxLength={64}
          autofocus
          value={text()}
          onInput={setText}
        />
        <Problem of={deed.problem()} />
      </Dialog>
    );
  });
}
