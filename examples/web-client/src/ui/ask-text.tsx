import { createSignal } from 'solid-js';
import { createDeed } from './deed.ts';
import { DeedDialog } from './deed-dialog.tsx';
import { TextField } from './field.tsx';
import { showLayer } from './layers.tsx';
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
      <DeedDialog title={question.title} onClose={close} deed={deed} action={question.action} disabled={!text().trim()}>
        <TextField
          label={question.label}
          placeholder={question.placeholder}
          maxLength={64}
          autofocus
          value={text()}
          onInput={setText}
        />
      </DeedDialog>
    );
  });
}
