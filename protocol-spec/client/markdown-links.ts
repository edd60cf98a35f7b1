const maxUrl = 2_048;
/** Also no quotes, bars, brackets, and no characters that cannot be seen: they would make a link look like another one. */
const notInUrl = /[\s<>"`|\\[\]{}\p{Cc}\p{Cf}]/u;
const scheme = /(?:https?:\/\/|mailto:)/iy;
const trailing = new Set(".,;:!?'*_~");

export interface FoundUrl {
  url: string;
  /** Index after it. */
  end: number;
}

/** URL that a link may lead to: http, https or mailto, and no user name that could look like a host. [MD-7] */
export function isSafeUrl(url: string): boolean {
  if (url.length > maxUrl || notInUrl.test(url) || !URL.canParse(url)) return false;
  const { protocol, username, password, host } = new URL(url);
  if (protocol === 'mailto:') return /^mailto:[^@]+@[^@]+$/i.test(url);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' && host !== '';
}

/** `(url)` of a link at `at`; at most one pair of parentheses inside, so that a scan never passes a third `(`. [MD-7] */
export function destinationAt(text: string, at: number): FoundUrl | undefined {
  if (text[at] !== '(') return undefined;
  let open = false;
  for (let end = at + 1; end < text.length && end - at <= maxUrl + 1; end++) {
    const character = text[end]!;
    if (character === ')' && !open) {
      const url = text.slice(at + 1, end);
      return isSafeUrl(url) ? { url, end: end + 1 } : undefined;
    }
    if (notInUrl.test(character) || (character === '(' && open)) return undefined;
    if (character === '(' || character === ')') open = character === '(';
  }
  return undefined;
}

/** Bare URL at `at`, without the punctuation of the sentence around it; `end` is where the run ends in any case. [MD-7] */
export function bareUrlAt(text: string, at: number): { found: FoundUrl | undefined; end: number } | undefined {
  scheme.lastIndex = at;
  if (!scheme.test(text)) return undefined;
  let end = scheme.lastIndex;
  let opened = 0;
  while (end < text.length && !notInUrl.test(text[end]!)) {
    if (text[end] === '(') opened++;
    if (text[end] === ')' && --opened < 0) break;
    end++;
  }
  let last = end;
  while (last > at && trailing.has(text[last - 1]!)) last--;
  const url = text.slice(at, last);
  return { found: isSafeUrl(url) ? { url, end: last } : undefined, end };
}
