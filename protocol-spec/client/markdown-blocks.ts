import type { Block, List } from './markdown-tree.ts';
import { parseInline } from './markdown-inline.ts';

/** Quotes and lists inside one another; with the styles of the innermost paragraph that makes 16 levels. [MD-1] */
const deepest = 8;

const fence = /^```([A-Za-z0-9_+#.-]{0,32})[ \t]*$/;
const fenceEnd = /^```[ \t]*$/;
const heading = /^(#{1,3})[ \t]+(\S.*)$/;
const quoted = /^>(?: |$)/;
const bullet = /^( {0,3})([-*+])([ \t]+)(\S.*)$/;
const numbered = /^( {0,3})([0-9]{1,9})[.)]([ \t]+)(\S.*)$/;

/** Blocks of some lines; each line is looked at once per level of nesting. [MD-2] */
export function parseBlocks(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  const closing = fenceClosings(lines);
  let at = 0;
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ type: 'paragraph', children: parseInline(paragraph.join('\n')) });
    paragraph = [];
  };
  const take = (block: Block, next: number): void => {
    endParagraph();
    blocks.push(block);
    at = next;
  };

  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === '') {
      endParagraph();
      at++;
      continue;
    }
    const end = closing[at]!;
    const language = end < 0 ? null : fence.exec(line);
    if (language) {
      take({ type: 'code_block', language: language[1] || null, text: lines.slice(at + 1, end).join('\n') }, end + 1);
      continue;
    }
    const title = heading.exec(line);
    if (title) {
      take({ type: 'heading', level: title[1]!.length as 1 | 2 | 3, children: parseInline(title[2]!) }, at + 1);
      continue;
    }
    if (depth < deepest && quoted.test(line)) {
      const next = endOf(lines, at, (other) => quoted.test(other));
      const inner = lines.slice(at, next).map((other) => other.replace(/^> ?/, ''));
      take({ type: 'quote', children: parseBlocks(inner, depth + 1) }, next);
      continue;
    }
    const marker = depth < deepest ? (bullet.exec(line) ?? numbered.exec(line)) : null;
    if (marker) {
      const { list, next } = parseList(lines, at, marker, depth);
      take(list, next);
      continue;
    }
    paragraph.push(line);
    at++;
  }
  endParagraph();
  return blocks;
}

/** Items of one kind that follow each other; an item goes on in lines that are indented at least as far as its text. [MD-4] */
function parseList(
  lines: readonly string[],
  from: number,
  first: RegExpExecArray,
  depth: number,
): { list: List; next: number } {
  const ordered = /[0-9]/.test(first[2]!);
  const kind = ordered ? numbered : bullet;
  const list: List = { type: 'list', ordered, start: ordered ? Number(first[2]) : 1, items: [] };
  let at = from;
  for (let item: RegExpExecArray | null = first; item; item = at < lines.length ? kind.exec(lines[at]!) : null) {
    // Two columns are enough: people do not count spaces.
    const indent = item[1]!.length + 2;
    const next = endOf(lines, at, (line) => line.trim() !== '' && leadingSpaces(line) >= indent);
    const inner = lines
      .slice(at + 1, next)
      .map((line) => line.slice(Math.min(leadingSpaces(line), indent + (ordered ? 1 : 0))));
    list.items.push(parseBlocks([item[4]!, ...inner], depth + 1));
    at = next;
  }
  return { list, next: at };
}

/** Index after the lines that follow `at` and go on with what began there. */
function endOf(lines: readonly string[], at: number, goesOn: (line: string) => boolean): number {
  let next = at + 1;
  while (next < lines.length && goesOn(lines[next]!)) next++;
  return next;
}

function leadingSpaces(line: string): number {
  let count = 0;
  while (line[count] === ' ') count++;
  return count;
}

/** For each line the next one after it that ends a fence, or -1: found in one pass from the end. */
function fenceClosings(lines: readonly string[]): number[] {
  const closings = new Array<number>(lines.length).fill(-1);
  let next = -1;
  for (let at = lines.length - 1; at >= 0; at--) {
    closings[at] = next;
    if (fenceEnd.test(lines[at]!)) next = at;
  }
  return closings;
}
