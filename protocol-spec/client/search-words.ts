import { limits } from '../schemas/limits.ts';

/** A word as it is compared, and the UTF-16 range of the text that it was made of. */
export interface PlacedWord {
  word: string;
  start: number;
  end: number;
}

/** Words that a message must hold one after the other; the last one may go on where it is a `prefix`. */
export interface SearchTerm {
  words: string[];
  prefix: boolean;
}

/** Scripts that are written without spaces between words. [SRCH-3] */
const unspaced =
  /[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]&&[\p{L}\p{M}\p{N}]]/v;
const runs = new RegExp(`${unspaced.source}+|[[\\p{L}\\p{M}\\p{N}]--${unspaced.source}]+`, 'gv');
const startsUnspaced = new RegExp(`^${unspaced.source}`, 'v');
const ascii = /^[a-z0-9]*$/i;
const mention = /<(?:@&?|#)[a-z]{1,3}_[^<>\s]{1,80}>/g;
const pieces = /"([^"]*)"|[^\s"]+/g;
/** From so many letters on a word finds those that begin with it. */
const PREFIX = 3;

/** A word without its case, its accents and its compatibility forms. [SRCH-2] */
function fold(word: string): string {
  if (ascii.test(word)) return word.toLowerCase();
  return word
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

/** The words of a text in order, in scripts without spaces every pair of characters and the last one alone. [SRCH-2] [SRCH-3] */
export function placedWordsOf(text: string): PlacedWord[] {
  const words: PlacedWord[] = [];
  const written = text.includes('<') ? text.replace(mention, (found) => ' '.repeat(found.length)) : text;
  for (const { 0: run, index: start } of written.matchAll(runs)) {
    const folded = fold(run);
    const end = start + run.length;
    if (folded === '') continue;
    if (!startsUnspaced.test(run)) words.push({ word: folded.slice(0, limits.searchWordLength), start, end });
    else words.push(...pairsOf(folded, run, start));
  }
  return words;
}

function pairsOf(folded: string, run: string, start: number): PlacedWord[] {
  const characters = [...folded];
  const written = [...run];
  // Where folding made more or fewer characters of them the whole run is the place.
  const isAligned = written.length === characters.length;
  const places = [start];
  for (const character of written) places.push(places.at(-1)! + character.length);
  return characters.map((character, at) => {
    const pair = character + (characters[at + 1] ?? '');
    const last = Math.min(at + 2, characters.length);
    return isAligned
      ? { word: pair, start: places[at]!, end: places[last]! }
      : { word: pair, start, end: start + run.length };
  });
}

/** What a query asks for: texts between white space, and those in quotes as they are. [SRCH-4] */
export function searchTermsOf(query: string): SearchTerm[] {
  const terms: SearchTerm[] = [];
  for (const [piece, quoted] of query.matchAll(pieces)) {
    const words = placedWordsOf(quoted ?? piece).map(({ word }) => word);
    const [before, last] = [words.at(-2), words.at(-1)];
    if (last === undefined) continue;
    const isCharacter = startsUnspaced.test(last);
    // The last character alone stands at the end of a text only.
    if (isCharacter && before?.endsWith(last) && [...before].length === 2) words.pop();
    const isPair = isCharacter && words.at(-1) !== last;
    terms.push({ words, prefix: !isPair && (isCharacter || (quoted === undefined && last.length >= PREFIX)) });
  }
  return terms;
}

/** The UTF-16 ranges of a text that a term finds, none where it does not match. */
export function placesOfTerm(words: readonly PlacedWord[], { words: wanted, prefix }: SearchTerm): [number, number][] {
  const places: [number, number][] = [];
  for (let at = 0; at + wanted.length <= words.length; at++) {
    const isFound = wanted.every((word, i) => {
      const here = words[at + i]!.word;
      return prefix && i === wanted.length - 1 ? here.startsWith(word) : here === word;
    });
    if (isFound) places.push([words[at]!.start, words[at + wanted.length - 1]!.end]);
  }
  return places;
}
