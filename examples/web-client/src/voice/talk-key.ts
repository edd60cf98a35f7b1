import { voiceSettings } from './voice-settings.ts';

/** Tells while the key is held that opens the microphone; returns what ends it. */
export function listenToTalkKey(hold: (held: boolean) => void): () => void {
  const pressed = (event: KeyboardEvent) => {
    const { opens, talkKey } = voiceSettings();
    if (opens !== 'key' || event.code !== talkKey) return;
    // A letter that is typed is not meant for the microphone; a key such as Ctrl can be.
    if (event.key.length === 1 && isTyping(event.target)) return;
    if (event.key.length === 1) event.preventDefault();
    hold(event.type === 'keydown');
  };
  const left = () => hold(false);
  addEventListener('keydown', pressed);
  addEventListener('keyup', pressed);
  addEventListener('blur', left);
  return () => {
    removeEventListener('keydown', pressed);
    removeEventListener('keyup', pressed);
    removeEventListener('blur', left);
  };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
