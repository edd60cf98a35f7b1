import { createUniqueId, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { IconButton } from './button.tsx';
import './dialog.css';

interface DialogProps {
  title: string;
  intro?: JSX.Element;
  size?: 'small' | 'wide';
  onClose: () => void;
  /** Makes the dialog a form: Enter sends it. */
  onSubmit?: () => void;
  footer?: JSX.Element;
  children?: JSX.Element;
}

/** A modal dialog. The native element traps the focus; Esc and a press beside it close it. */
export function Dialog(props: DialogProps) {
  const id = createUniqueId();
  let element!: HTMLDialogElement;
  const before = document.activeElement as HTMLElement | null;

  onMount(() => element.showModal());
  onCleanup(() => queueMicrotask(() => before?.isConnected && before.focus()));

  const content = () => (
    <>
      <div class="dialog-body">{props.children}</div>
      <Show when={props.footer}>
        <footer>{props.footer}</footer>
      </Show>
    </>
  );
  return (
    <dialog
      ref={element}
      class={`dialog ${props.size ?? 'small'}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onPointerDown={(event) => event.target === element && props.onClose()}
    >
      <div class="dialog-frame">
        <header>
          <div class="grow">
            <h2 id={id}>{props.title}</h2>
            <Show when={props.intro}>
              <p class="soft">{props.intro}</p>
            </Show>
          </div>
          <IconButton icon="close" label="Close" onClick={() => props.onClose()} />
        </header>
        <Show when={props.onSubmit} fallback={content()}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              props.onSubmit?.();
            }}
          >
            {content()}
          </form>
        </Show>
      </div>
    </dialog>
  );
}
