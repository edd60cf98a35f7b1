import type { Block, Inline, Mention } from './markdown-tree.ts';
import { parseBlocks } from './markdown-blocks.ts';

/** The Markdown of a message as a tree: never throws, never HTML, in linear time, at most 16 levels deep. [MD-1] */
export function parseMarkdown(text: string): Block[] {
  return parseBlocks(text.split(/\r\n|\r|\n/), 0);
}

export interface MentionedIds {
  users: string[];
  roles: string[];
  everyone: boolean;
}

/** Whom a text mentions, each once, in order; nothing in code counts. Permission to mention is another question. [MD-9] */
export function mentionsIn(blocks: readonly Block[]): MentionedIds {
  const users = new Set<string>();
  const roles = new Set<string>();
  let everyone = false;
  eachInline(blocks, (node) => {
    if (node.type !== 'mention') return;
    if (node.kind === 'user') users.add(node.id);
    if (node.kind === 'role') roles.add(node.id);
    if (node.kind === 'everyone') everyone = true;
  });
  return { users: [...users], roles: [...roles], everyone };
}

/** The text without its markup and without what is in spoilers, for previews; `nameOf` says how a mention reads. [MD-10] */
export function plainText(
  blocks: readonly Block[],
  nameOf: (mention: Mention) => string = ({ id }) => `@${id}`,
): string {
  const parts: string[] = [];
  const inline = (node: Inline): void => {
    if (node.type === 'spoiler') parts.push('█████');
    else if ('children' in node) for (const child of node.children) inline(child);
    else if (node.type === 'break') parts.push('\n');
    else parts.push(node.type === 'mention' ? nameOf(node) : node.text);
  };
  const block = (node: Block): void => {
    if (node.type === 'code_block') parts.push(node.text);
    else if (node.type === 'quote') join(node.children);
    else if (node.type === 'list') node.items.forEach((item, index) => separated(index, () => join(item)));
    else for (const child of node.children) inline(child);
  };
  const separated = (index: number, work: () => void): void => {
    if (index > 0) parts.push('\n');
    work();
  };
  const join = (nodes: readonly Block[]): void => nodes.forEach((node, index) => separated(index, () => block(node)));
  join(blocks);
  return parts.join('');
}

function eachInline(blocks: readonly Block[], visit: (node: Inline) => void): void {
  const inline = (node: Inline): void => {
    visit(node);
    if ('children' in node) for (const child of node.children) inline(child);
  };
  for (const block of blocks) {
    if (block.type === 'quote') eachInline(block.children, visit);
    else if (block.type === 'list') for (const item of block.items) eachInline(item, visit);
    else if (block.type !== 'code_block') for (const child of block.children) inline(child);
  }
}
