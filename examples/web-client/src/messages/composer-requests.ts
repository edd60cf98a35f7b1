import type { Member, Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal } from 'solid-js';
import { handleOf } from '../members/handle.ts';

const [replyTo, setReplyTo] = createSignal<Message>();
const [editing, setEditing] = createSignal<string>();
const [insertion, setInsertion] = createSignal<{ text: string }>();

/** The message that the composer answers, and the one that is being edited in the list. */
export { editing, insertion, replyTo };

export function answer(message: Message | undefined): void {
  setReplyTo(message);
  if (message) focusComposer();
}

export function edit(message: string | undefined): void {
  const ends = message === undefined && editing() !== undefined;
  setEditing(message);
  if (ends) focusComposer();
}

/** Puts `@handle` where the composer's caret is. */
export function mentionInComposer(member: Member): void {
  setInsertion({ text: `@${handleOf(member.user)} ` });
}

function focusComposer(): void {
  queueMicrotask(() => document.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus());
}
