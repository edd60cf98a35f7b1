import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mentionsIn, parseMarkdown, plainText } from './markdown.ts';
import type { Block, Inline } from './markdown-tree.ts';

const user = `u_${'a'.repeat(32)}`;
const role = `r_${'b'.repeat(26)}`;
const channel = `c_${'d'.repeat(26)}`;

/** Short form of a tree: `bold(a italic(b))`. */
function shown(blocks: readonly Block[]): string {
  return blocks.map(shownBlock).join(' | ');
}
function shownBlock(block: Block): string {
  if (block.type === 'code_block') return `code_block<${block.language ?? ''}>(${block.text})`;
  if (block.type === 'quote') return `quote(${shown(block.children)})`;
  if (block.type === 'list')
    return `${block.ordered ? `list${block.start}` : 'list'}(${block.items.map(shown).join(', ')})`;
  const inner = block.children.map(shownInline).join('');
  return block.type === 'heading' ? `h${block.level}(${inner})` : inner;
}
function shownInline(node: Inline): string {
  if (node.type === 'break') return '⏎';
  if (node.type === 'mention') return `${node.kind}(${node.id})`;
  if (!('children' in node)) return node.type === 'code' ? `code(${node.text})` : node.text;
  const inner = node.children.map(shownInline).join('');
  return node.type === 'link' ? `link<${node.url}>(${inner})` : `${node.type}(${inner})`;
}

const cases: readonly [string, string, string][] = [
  ['plain text', 'hello there', 'hello there'],
  ['lines', 'a\nb\r\nc', 'a⏎b⏎c'],
  ['paragraphs', 'a\n\n\nb', 'a | b'],
  ['bold and italic', '**a** *b* __c__ _d_', 'bold(a) italic(b) bold(c) italic(d)'],
  ['bold within italic', '*a **b** c*', 'italic(a bold(b) c)'],
  ['three at once', '***a***', 'bold(italic(a))'],
  ['crossing styles', '*a **b* c**', 'italic(a **b) c**'],
  ['strike and spoiler', '~~a~~ ||b||', 'strike(a) spoiler(b)'],
  ['stars that multiply', '2 * 3 * 4', '2 * 3 * 4'],
  ['a star that never closes', '*a and *b*', '*a and italic(b)'],
  ['snake case', 'snake_case_name', 'snake_case_name'],
  ['stars within a word', 'un*believ*able', 'unitalic(believ)able'],
  ['one tilde, one bar', '~a~ |b|', '~a~ |b|'],
  ['logical or', 'a || b || c', 'a || b || c'],
  ['code', 'a `b*c*` d', 'a code(b*c*) d'],
  ['code with backticks', '`` a`b ``', 'code(a`b)'],
  ['code that never ends', 'a `b', 'a `b'],
  ['escapes', '\\*a\\* \\x \\\\', '*a* \\x \\'],
  ['fenced code', '```ts\nlet a = *b*;\n\n```\nafter', 'code_block<ts>(let a = *b*;\n) | after'],
  ['a fence that never ends', '```ts\nlet a', '```ts⏎let a'],
  ['a fence without language', 'x\n```\na\n```', 'x | code_block<>(a)'],
  ['headings', '# a\n## *b*\n### c\n#### d\n#e', 'h1(a) | h2(italic(b)) | h3(c) | #### d⏎#e'],
  ['a quote', '> a\n> b\nc', 'quote(a⏎b) | c'],
  ['a quote in a quote', '> > a\n> b', 'quote(quote(a) | b)'],
  ['an arrow is no quote', '>a', '>a'],
  ['lists', '- a\n- b\n\n1. c\n2. d', 'list(a, b) | list1(c, d)'],
  ['a list in a list', '- a\n  - b\n  - c\n- d', 'list(a | list(b, c), d)'],
  ['a list in a numbered list', '7. a\n   - b\n8. c', 'list7(a | list(b), c)'],
  ['a line that goes on with an item', '- a\n  b', 'list(a⏎b)'],
  ['a minus is no list', '-a\n1.5', '-a⏎1.5'],
  ['a link', '[a *b*](https://x.example/y)', 'link<https://x.example/y>(a italic(b))'],
  ['a link with parentheses', '[a](https://x.example/y_(z))', 'link<https://x.example/y_(z)>(a)'],
  ['a link to nothing safe', '[a](javascript:alert(1)) [b](/x)', '[a](javascript:alert(1)) [b](/x)'],
  [
    'a link that looks like another host',
    '[a](https://bank.example@evil.example)',
    '[a](https://bank.example@evil.example)',
  ],
  [
    'a link within a link',
    '[a [b](https://x.example) c](https://y.example)',
    '[a link<https://x.example>(b) c](link<https://y.example>(https://y.example))',
  ],
  ['a bare URL within a link', '[https://a.example](https://b.example)', 'link<https://b.example>(https://a.example)'],
  ['a link without text', '[ ](https://x.example)', 'link<https://x.example>(https://x.example)'],
  ['brackets', '[a] [*b] c*', '[a] [italic(b] c)'],
  [
    'bare URLs',
    'see https://x.example/a_b_c?d=(e), or mailto:a@b.example.',
    'see link<https://x.example/a_b_c?d=(e)>(https://x.example/a_b_c?d=(e)), or link<mailto:a@b.example>(mailto:a@b.example).',
  ],
  ['a bold URL', '**https://x.example**', 'bold(link<https://x.example>(https://x.example))'],
  ['a URL in parentheses', '(https://x.example)', '(link<https://x.example>(https://x.example))'],
  ['no URL', 'xhttp://a http:// ftp://a', 'xhttp://a http:// ftp://a'],
  [
    'mentions',
    `<@${user}> <@&${role}> <#${channel}> @everyone`,
    `user(${user}) role(${role}) channel(${channel}) everyone(everyone)`,
  ],
  ['no mentions', 'a@everyone @everyone_else @everyones <@u_short>', 'a@everyone @everyone_else @everyones <@u_short>'],
  ['HTML is text', '<b>a</b> &amp;', '<b>a</b> &amp;'],
];
for (const [name, input, expected] of cases)
  test(`[MD-1] ${name}`, () => assert.equal(shown(parseMarkdown(input)), expected));

test('[MD-9] mentions are found everywhere but in code, each once', () => {
  const text = `> - **<@${user}>** <@${user}>\n\n\`<@&${role}>\`\n\n\`\`\`\n@everyone\n\`\`\``;
  assert.deepEqual(mentionsIn(parseMarkdown(text)), { users: [user], roles: [], everyone: false });
  assert.deepEqual(mentionsIn(parseMarkdown(`# @everyone <@&${role}>`)), { users: [], roles: [role], everyone: true });
});

test('[MD-10] plain text keeps words and lines', () => {
  const text = `# Title\n\n- **a**\n- [b](https://x.example)\n\n> c ||d||\n<@${user}>`;
  assert.equal(
    plainText(parseMarkdown(text), () => '@Ada'),
    'Title\na\nb\nc █████\n@Ada',
  );
});

const pieces = [
  '*',
  '**',
  '_',
  '~~',
  '||',
  '`',
  '```',
  '\n',
  '\n\n',
  '> ',
  '- ',
  '1. ',
  '# ',
  '  ',
  '[',
  ']',
  '](',
  ')',
  '(',
  '\\',
  '<@',
  '>',
  `<@${user}>`,
  '@everyone',
  'https://x.example',
  'http://',
  'word',
  'ä',
  '😀',
  ' ',
  'h',
  'mailto:',
];
const markdown = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400, size: 'max' }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 200, size: 'max' }).map((parts) => parts.join('')),
);

/** Everything a tree holds, in the order of the source. */
function contentOf(blocks: readonly Block[]): string {
  const inline = (node: Inline): string => {
    if (node.type === 'break') return '';
    if (node.type === 'mention') return node.id;
    if (!('children' in node)) return node.text;
    const inner = node.children.map(inline).join('');
    return node.type === 'link' && inner !== node.url ? inner + node.url : inner;
  };
  const block = (node: Block): string => {
    if (node.type === 'code_block') return (node.language ?? '') + node.text;
    if (node.type === 'quote') return node.children.map(block).join('');
    if (node.type === 'list') return node.items.flat().map(block).join('');
    return node.children.map(inline).join('');
  };
  return blocks.map(block).join('');
}
const lettersOf = (text: string): string => text.replace(/[^\p{L}]/gu, '');

test('no text throws, and no letter of it is lost', () => {
  fc.assert(
    fc.property(markdown, (text) => assert.equal(lettersOf(contentOf(parseMarkdown(text))), lettersOf(text))),
    { numRuns: 2_000 },
  );
});

test('no tree is deeper than 16 levels', () => {
  const inlineDepth = (node: Inline): number =>
    1 + ('children' in node ? Math.max(0, ...node.children.map(inlineDepth)) : 0);
  const blockDepth = (node: Block): number => {
    if (node.type === 'code_block') return 1;
    if (node.type === 'quote') return 1 + Math.max(0, ...node.children.map(blockDepth));
    if (node.type === 'list') return 1 + Math.max(0, ...node.items.flat().map(blockDepth));
    return 1 + Math.max(0, ...node.children.map(inlineDepth));
  };
  const deep = ['> '.repeat(40), '- '.repeat(40), '> - '.repeat(20)].map(
    (blocks) => `${blocks}**a *b __c _d ~~e ||f **g *h [i](https://x.example) https://x.example`,
  );
  for (const text of deep) assert(Math.max(...parseMarkdown(text).map(blockDepth)) <= 16);
  fc.assert(fc.property(markdown, (text) => assert(Math.max(0, ...parseMarkdown(text).map(blockDepth)) <= 16)));
});

const hostile = [
  '*',
  '**a',
  '*a ',
  '[',
  '](',
  '[a](',
  '[a](b',
  ']',
  '_a ',
  '`',
  '`a``',
  '```\n',
  '> ',
  '>\n',
  '- ',
  '- a\n  ',
  '1. ',
  '||',
  '~~a',
  'http://',
  'http://a@',
  'https://(',
  '<@',
  '@everyone',
  '\\',
  '[[a](https://x.example)',
  '**a _b ',
  '   ',
  '#',
  '# ',
];
/** Milliseconds that this thread alone has a processor for a text, so many times; the system may count them in steps of ten. */
function busyMs(text: string, times: number): number {
  const runs = Array.from({ length: 5 }, () => {
    const start = process.threadCpuUsage();
    for (let n = 0; n < times; n++) parseMarkdown(text);
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1_000;
  });
  return Math.min(...runs);
}

for (const unit of hostile) {
  test(`${JSON.stringify(unit)} again and again costs no more than its length`, () => {
    const textOf = (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
    // As much text in one piece and in 32: linear gives the same, quadratic 32 times as much.
    const isLinear = () => busyMs(textOf(128_000), 1) < 6 * Math.max(busyMs(textOf(4_000), 32), 7);
    assert(isLinear() || isLinear() || isLinear());
  });
}
