import { bareUrlAt, destinationAt } from './markdown-links.ts';
import type { Inline, Mention, Style } from './markdown-tree.ts';

/** Styles and links inside one another; the oldest one that is still open gives way to a new one. [MD-1] */
const deepest = 5;

interface Opener {
  /** `[` of a link, or the delimiter of a style. */
  mark: string;
  children: Inline[];
}

const styles = new Map<string, Style>([
  ['**', 'bold'],
  ['__', 'bold'],
  ['*', 'italic'],
  ['_', 'italic'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
]);
const mentions: readonly [RegExp, Mention['kind']][] = [
  [/<@(u_[a-z2-7]{32})>/y, 'user'],
  [/<@&(r_[a-z2-7]{26})>/y, 'role'],
  [/<#(c_[a-z2-7]{26})>/y, 'channel'],
  [/@(everyone)(?!_?[\p{L}\p{N}])/uy, 'everyone'],
];
const plain = /[^\\`*_~|[\]<@hHmM\n]+/y;
const punctuation = /[!-/:-@[-`{-~]/;
const wordCharacter = /[\p{L}\p{N}]/u;

/** Inline nodes of a paragraph; lines are separated by LF. One pass, with at most `deepest` open styles. [MD-5] */
export function parseInline(text: string): Inline[] {
  const root: Inline[] = [];
  const open: Opener[] = [];
  const codeEnds = codeSpans(text);
  let at = 0;
  let noUrlBefore = 0;

  const children = (): Inline[] => open.at(-1)?.children ?? root;
  const add = (node: Inline): void => append(children(), node);
  const addText = (value: string): void => add({ type: 'text', text: value });

  /** What the opener at `index` held becomes part of what is around it, its delimiter plain text. */
  function flatten(index: number): void {
    const [opener] = open.splice(index, 1);
    const around = index > 0 ? open[index - 1]!.children : root;
    append(around, { type: 'text', text: opener!.mark });
    for (const child of opener!.children) append(around, child);
  }

  function push(mark: string): void {
    if (open.length === deepest) flatten(0);
    open.push({ mark, children: [] });
  }

  /** Takes the opener at `index` off; those inside it that were never closed become text. */
  function close(index: number): Inline[] {
    while (open.length > index + 1) flatten(open.length - 1);
    return open.pop()!.children;
  }

  function delimiters(character: string): void {
    let length = 1;
    while (text[at + length] === character) length++;
    const { canOpen, canClose } = flanks(text, at, length);
    let left = length;
    while (canClose && left > 0) {
      const index = open.findLastIndex(({ mark }) => mark[0] === character && mark.length <= left);
      if (index < 0) break;
      const { mark } = open[index]!;
      const inner = close(index);
      add({ type: styles.get(mark)!, children: inner });
      left -= mark.length;
    }
    if (canOpen) {
      for (const mark of [character + character, character]) {
        for (; left >= mark.length && styles.has(mark) && left <= deepest; left -= mark.length) push(mark);
      }
    }
    if (left > 0) addText(character.repeat(left));
    at += length;
  }

  function closeBracket(): void {
    const index = open.findLastIndex(({ mark }) => mark === '[');
    const destination = index < 0 ? undefined : destinationAt(text, at + 1);
    if (!destination) {
      if (index >= 0) flatten(index);
      addText(']');
      at++;
      return;
    }
    const { url, end } = destination;
    const inner = withoutLinks(close(index));
    // A link around this one would be a link within a link.
    for (let outer = index - 1; outer >= 0; outer--) if (open[outer]!.mark === '[') flatten(outer);
    add({ type: 'link', url, children: inner.some(isVisible) ? inner : [{ type: 'text', text: url }] });
    at = end;
  }

  function special(): boolean {
    const character = text[at]!;
    if (character === '\n') {
      add({ type: 'break' });
      at++;
      return true;
    }
    if (character === '\\' && punctuation.test(text[at + 1] ?? '')) {
      addText(text[at + 1]!);
      at += 2;
      return true;
    }
    if (character === '`') {
      const span = codeEnds.get(at);
      if (span) add({ type: 'code', text: codeText(text.slice(span.from, span.to)) });
      else addText(text.slice(at, runEnd(text, at)));
      at = span ? span.end : runEnd(text, at);
      return true;
    }
    if (character === '[') {
      push('[');
      at++;
      return true;
    }
    if (character === ']') {
      closeBracket();
      return true;
    }
    if (character === '<' || character === '@') return mention();
    if (character === '*' || character === '_' || character === '~' || character === '|') {
      delimiters(character);
      return true;
    }
    return bareUrl();
  }

  function mention(): boolean {
    if (text[at] === '@' && wordBefore(text, at)) return false;
    for (const [pattern, kind] of mentions) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) continue;
      add({ type: 'mention', kind, id: match[1]! });
      at = pattern.lastIndex;
      return true;
    }
    return false;
  }

  function bareUrl(): boolean {
    if (at < noUrlBefore || wordBefore(text, at)) return false;
    const run = bareUrlAt(text, at);
    if (!run) return false;
    // A run that is no URL is not searched for another one: many of them would be quadratic.
    noUrlBefore = run.end;
    if (!run.found) return false;
    add({ type: 'link', url: run.found.url, children: [{ type: 'text', text: run.found.url }] });
    at = run.found.end;
    return true;
  }

  while (at < text.length) {
    plain.lastIndex = at;
    if (plain.test(text)) {
      addText(text.slice(at, plain.lastIndex));
      at = plain.lastIndex;
    } else if (!special()) {
      addText(text[at]!);
      at++;
    }
  }
  while (open.length > 0) flatten(open.length - 1);
  return root;
}

/** Neighbouring text is one node. */
function append(nodes: Inline[], node: Inline): void {
  const last = nodes.at(-1);
  if (node.type === 'text' && last?.type === 'text')
    nodes[nodes.length - 1] = { type: 'text', text: last.text + node.text };
  else nodes.push(node);
}

/** A delimiter opens before and closes after something that is no space; `_` not inside a word. [MD-6] */
function flanks(text: string, at: number, length: number): { canOpen: boolean; canClose: boolean } {
  const before = text[at - 1] ?? ' ';
  const after = text[at + length] ?? ' ';
  const inWord = text[at] === '_' && wordBefore(text, at) && wordAfter(text, at + length);
  return { canOpen: !/\s/.test(after) && !inWord, canClose: !/\s/.test(before) && !inWord };
}

function wordBefore(text: string, at: number): boolean {
  const before =
    at >= 2 && /[\udc00-\udfff]/.test(text[at - 1]!) ? text.slice(at - 2, at) : text.slice(Math.max(0, at - 1), at);
  return wordCharacter.test(before);
}

function wordAfter(text: string, at: number): boolean {
  const code = text.codePointAt(at);
  return code !== undefined && wordCharacter.test(String.fromCodePoint(code));
}

/** A link of spaces only could not be seen. */
function isVisible(node: Inline): boolean {
  return node.type !== 'break' && (node.type !== 'text' || node.text.trim() !== '');
}

function withoutLinks(nodes: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const node of nodes) {
    if (node.type === 'link') for (const child of node.children) append(result, child);
    else append(result, 'children' in node ? { ...node, children: withoutLinks(node.children) } : node);
  }
  return result;
}

interface CodeSpan {
  from: number;
  to: number;
  end: number;
}

function runEnd(text: string, at: number): number {
  let end = at;
  while (text[end] === '`') end++;
  return end;
}

/** Where code that begins at a run of backticks ends: at the next run of the same length. Found in one pass from the end. */
function codeSpans(text: string): Map<number, CodeSpan> {
  const runs: { at: number; length: number }[] = [];
  for (const match of text.matchAll(/`+/g)) runs.push({ at: match.index, length: match[0].length });
  const spans = new Map<number, CodeSpan>();
  const next = new Map<number, number>();
  for (const { at, length } of runs.reverse()) {
    const to = next.get(length);
    if (to !== undefined) spans.set(at, { from: at + length, to, end: to + length });
    next.set(length, at);
  }
  return spans;
}

function codeText(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return line.length > 2 && line.startsWith(' ') && line.endsWith(' ') && line.trim() !== '' ? line.slice(1, -1) : line;
}
