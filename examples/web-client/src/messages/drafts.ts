import { remembered } from '../ui/remember.ts';

const [drafts, setDrafts] = remembered<Record<string, string>>('drafts', {});

/** What was written in a channel and not sent yet. */
export function draftOf(channel: string): string {
  return drafts()[channel] ?? '';
}

export function keepDraft(channel: string, text: string): void {
  const { [channel]: _, ...others } = drafts();
  setDrafts(text.trim() ? { ...others, [channel]: text } : others);
}
