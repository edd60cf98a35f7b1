import { type Emoji, emojiGroups } from './emoji-data.ts';

const all = emojiGroups.flatMap((group) => group.emoji);
const byName = new Map(all.flatMap((emoji) => emoji.words.map((word) => [word, emoji] as const)).reverse());

/** Emoji whose name or other words begin with a text, then those that hold it. */
export function findEmoji(query: string, most: number): Emoji[] {
  const wanted = query.toLowerCase().replaceAll(' ', '_');
  const score = ({ words }: Emoji) => {
    if (words[0] === wanted) return 0;
    if (words[0]?.startsWith(wanted)) return 1;
    if (words.some((word) => word.split('_').some((part) => part.startsWith(wanted)))) return 2;
    return words.some((word) => word.includes(wanted)) ? 3 : 9;
  };
  return all
    .map((emoji) => ({ emoji, score: score(emoji) }))
    .filter((found) => found.score < 9)
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map((found) => found.emoji);
}

/** `:tada:` becomes the sign; code and what is no known name stay. */
export function replaceShortcodes(text: string): string {
  return text
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replace(/:([a-z0-9_+-]{2,32}):/g, (whole, name: string) => byName.get(name)?.sign ?? whole),
    )
    .join('');
}

/** What an emoji is called. */
export function nameOfEmoji(sign: string): string {
  return all.find((emoji) => emoji.sign === sign)?.name.replaceAll('_', ' ') ?? sign;
}
