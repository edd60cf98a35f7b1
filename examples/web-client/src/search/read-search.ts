export type FilterName = 'from' | 'mentions' | 'in' | 'has' | 'before' | 'after' | 'on';

/** A filter as it was typed, such as `from:wren`. */
export interface Filter {
  name: FilterName;
  value: string;
  start: number;
  /** Where the value stands, with its quotes. */
  valueStart: number;
  end: number;
}

export interface ReadSearch {
  /** What is left as words, with the quotes that keep some together. */
  words: string;
  filters: readonly Filter[];
}

const names = 'from|mentions|in|has|before|after|on';
/** Spaces after the colon are passed over, unless another filter follows. */
const filter = new RegExp(`(${names}):((?: +(?!(?:${names}):))?)("[^"]*"?|[^\\s"]*)`, 'iy');
const word = /"[^"]*"?|[^\s"]+/y;

/** Reads what somebody typed into the search: filters, and words. */
export function readSearch(text: string): ReadSearch {
  const words: string[] = [];
  const filters: Filter[] = [];
  for (let at = 0; at < text.length; ) {
    filter.lastIndex = word.lastIndex = at;
    const found = filter.exec(text);
    const other = found ? null : word.exec(text);
    if (found) {
      const [whole, name = '', space = '', value = ''] = found;
      filters.push({
        name: name.toLowerCase() as FilterName,
        value: value.replaceAll('"', '').trim(),
        start: at,
        valueStart: at + name.length + 1 + space.length,
        end: at + whole.length,
      });
    } else if (other) words.push(other[0]);
    at += found?.[0].length ?? other?.[0].length ?? 1;
  }
  return { words: words.join(' '), filters };
}

/** The filter whose value the caret is in. */
export function filterAt(text: string, caret: number): Filter | undefined {
  return readSearch(text).filters.find(({ name, start, end }) => caret > start + name.length && caret <= end);
}

/** The text with this value in the filter, and where the caret is then. */
export function withValue(text: string, { name, start, end }: Filter, value: string): { text: string; caret: number } {
  const before = `${text.slice(0, start)}${name}:${quoted(value)} `;
  return { text: before + text.slice(end).trimStart(), caret: before.length };
}

export function withoutFilter(text: string, { start, end }: Filter): string {
  return `${text.slice(0, start).trimEnd()} ${text.slice(end).trimStart()}`.trim();
}

function quoted(value: string): string {
  const clean = value.replaceAll('"', '');
  return /\s/.test(clean) ? `"${clean}"` : clean;
}
