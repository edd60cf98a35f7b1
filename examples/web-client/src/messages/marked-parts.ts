import { placedWordsOf, placesOfTerm, type SearchTerm } from '@folkmoot/protocol-spec/client/search-words.ts';

/** A text cut where marks begin and end. */
export function markedParts(text: string, terms: readonly SearchTerm[]): { text: string; found: boolean }[] {
  const words = placedWordsOf(text);
  const places = terms.flatMap((term) => placesOfTerm(words, term)).sort(([a], [b]) => a - b);
  const parts: { text: string; found: boolean }[] = [];
  let at = 0;
  for (const [start, end] of places) {
    if (end <= at) continue;
    if (start > at) parts.push({ text: text.slice(at, start), found: false });
    const last = parts.at(-1);
    // Pairs of characters overlap: one mark for all of them.
    if (last?.found) last.text += text.slice(Math.max(at, start), end);
    else parts.push({ text: text.slice(Math.max(at, start), end), found: true });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), found: false });
  return parts;
}
