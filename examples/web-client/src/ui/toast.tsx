import { createEffect, createSignal, For } from 'solid-js';
import { sayError } from '../app/say-error.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import './toast.css';

interface Toast {
  key: number;
  text: string;
  kind: 'note' | 'error';
}

const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
let lastKey = 0;

function add(kind: Toast['kind'], text: string): void {
  const key = ++lastKey;
  setToasts([...toasts().filter((toast) => toast.text !== text), { key, kind, text }].slice(-4));
  setTimeout(() => remove(key), kind === 'error' ? 8000 : 3500);
}

function remove(key: number): void {
  setToasts(toasts().filter((toast) => toast.key !== key));
}

/** A short word at the edge that goes away by itself. */
export function toast(text: string): void {
  add('note', text);
}

/** The same for something that failed. */
export function toastError(error: unknown): void {
  add('error', sayError(error));
}

/** Runs work whose failure is told at the edge. */
export async function orToast(work: Promise<unknown> | (() => Promise<unknown>)): Promise<boolean> {
  try {
    await (typeof work === 'function' ? work() : work);
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}

/** Where the words at the edge stand. A popover that is opened anew for each, so that it is above dialogs that opened later. */
export function Toasts() {
  let element!: HTMLDivElement;
  createEffect(() => {
    const count = toasts().length;
    if (element.matches(':popover-open')) element.hidePopover();
    if (count > 0) element.showPopover();
  });
  return (
    <div ref={element} class="toasts" popover="manual" role="status" aria-live="polite">
      <For each={toasts()}>
        {(item) => (
          <div class={`toast ${item.kind}`}>
            <Icon name={item.kind === 'error' ? 'warn' : 'check'} />
            <span class="grow">{item.text}</span>
            <IconButton icon="close" label="Dismiss" size={15} onClick={() => remove(item.key)} />
          </div>
        )}
      </For>
    </div>
  );
}
