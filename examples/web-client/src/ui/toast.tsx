import { createEffect, createSignal, For } from 'solid-js';
import { isRefusal, sayError } from '../app/say-error.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import './toast.css';

interface Toast {
  key: number;
  text: string;
  kind: 'note' | 'word' | 'error';
}

const icons = { note: 'check', word: 'info', error: 'warn' } as const;

const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
let lastKey = 0;

function add(kind: Toast['kind'], text: string): void {
  const key = ++lastKey;
  setToasts([...toasts().filter((toast) => toast.text !== text), { key, kind, text }].slice(-4));
  setTimeout(() => remove(key), kind === 'error' ? 8000 : kind === 'word' ? 5000 : 3500);
}

function remove(key: number): void {
  setToasts(toasts().filter((toast) => toast.key !== key));
}

/** A short word at the edge that goes away by itself. */
export function toast(text: string): void {
  add('note', text);
}

/** The same for what somebody else did. */
export function toastWord(text: string): void {
  add('word', text);
}

/** The same for something that failed. */
export function toastError(error: unknown): void {
  if (isRefusal(error, 'pending')) return toast(sayError(error));
  add('error', sayError(error));
}

/** The same in words of its own. */
export function toastProblem(text: string): void {
  add('error', text);
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

/** Lets a request through that the homeserver keeps until the hub of the community is back, and says so. */
export async function orWait<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isRefusal(error, 'pending')) throw error;
    toastError(error);
    return undefined;
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
            <Icon name={icons[item.kind]} />
            <span class="grow">{item.text}</span>
            <IconButton icon="close" label="Dismiss" size={15} onClick={() => remove(item.key)} />
          </div>
        )}
      </For>
    </div>
  );
}
