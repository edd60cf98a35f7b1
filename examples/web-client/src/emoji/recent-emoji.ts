import { remembered } from '../ui/remember.ts';

const [recent, setRecent] = remembered<readonly string[]>('emoji', ['👍', '❤️', '😂', '🎉', '👀', '🙏']);

/** Emoji that were used last on this device. */
export { recent as recentEmoji };

export function rememberEmoji(sign: string): void {
  setRecent([sign, ...recent().filter((other) => other !== sign)].slice(0, 18));
}
