import type { JSX } from 'solid-js';
import { Button } from './button.tsx';
import type { Deed } from './deed.ts';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';

interface DeedDialogProps {
  title: string;
  intro?: JSX.Element;
  deed: Deed<[]>;
  /** What the button says that does it. */
  action: string;
  danger?: boolean | undefined;
  /** Whether something is missing yet. */
  disabled?: boolean;
  /** Where there is nothing to fill in. */
  focusAction?: boolean;
  onClose: () => void;
  children: JSX.Element;
}

/** A dialog that does one thing or is cancelled, and says what went wrong. */
export function DeedDialog(props: DeedDialogProps) {
  return (
    <Dialog
      title={props.title}
      intro={props.intro}
      onClose={props.onClose}
      onSubmit={() => !props.disabled && void props.deed.run()}
      footer={
        <>
          <Button look="ghost" onClick={props.onClose}>
            Cancel
          </Button>
          <Button
            look={props.danger ? 'danger' : 'primary'}
            type="submit"
            busy={props.deed.busy()}
            disabled={props.disabled ?? false}
            autofocus={props.focusAction ?? false}
          >
            {props.action}
          </Button>
        </>
      }
    >
      {props.children}
      <Problem of={props.deed.problem()} />
    </Dialog>
  );
}
