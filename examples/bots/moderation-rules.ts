export interface ModerationRules {
  /** Words that nobody may write, in any case. */
  words: readonly string[];
  /** How many links somebody may post within how many seconds. */
  links: { most: number; seconds: number };
}

export type Offence = { rule: 'word'; word: string } | { rule: 'links'; count: number };

const link = /\bhttps?:\/\/\S+/giu;
const MEMBERS = 10_000;

/** What is wrong with messages, as far as a list of words and counting links can tell. */
export class Moderation {
  readonly #rules: ModerationRules;
  readonly #words: ReadonlyMap<string, RegExp>;
  /** Times of the links that each author posted lately. */
  readonly #links = new Map<string, number[]>();

  constructor(rules: ModerationRules) {
    this.#rules = rules;
    this.#words = new Map(rules.words.map((word) => [word, wholeWord(word)]));
  }

  wordIn(content: string): Offence | undefined {
    const folded = fold(content);
    for (const [word, pattern] of this.#words) if (pattern.test(folded)) return { rule: 'word', word };
    return undefined;
  }

  /** Judges a new message; `ts` in ms. */
  judge({ author, content, ts }: { author: string; content: string; ts: number }): Offence | undefined {
    return this.wordIn(content) ?? this.#flood(author, content.match(link)?.length ?? 0, ts);
  }

  #flood(author: string, found: number, ts: number): Offence | undefined {
    if (found === 0) return undefined;
    const { most, seconds } = this.#rules.links;
    const lately = (this.#links.get(author) ?? []).filter((time) => time > ts - seconds * 1_000);
    const times = [...lately, ...Array.from({ length: found }, () => ts)].slice(-(most + 1));
    this.#links.delete(author);
    this.#links.set(author, times);
    const [oldest] = this.#links.keys();
    if (this.#links.size > MEMBERS && oldest !== undefined) this.#links.delete(oldest);
    return times.length > most ? { rule: 'links', count: times.length } : undefined;
  }
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

function wholeWord(word: string): RegExp {
  const escaped = fold(word).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u');
}
