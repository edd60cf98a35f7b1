export interface Paragraph {
  type: 'paragraph';
  children: Inline[];
}
export interface Heading {
  type: 'heading';
  level: 1 | 2 | 3;
  children: Inline[];
}
export interface CodeBlock {
  type: 'code_block';
  language: string | null;
  text: string;
}
export interface Quote {
  type: 'quote';
  children: Block[];
}
export interface List {
  type: 'list';
  ordered: boolean;
  /** Number of the first item of an ordered list, else 1. */
  start: number;
  items: Block[][];
}
export type Block = Paragraph | Heading | CodeBlock | Quote | List;

export type Style = 'bold' | 'italic' | 'strike' | 'spoiler';
export interface Styled {
  type: Style;
  children: Inline[];
}
export interface Text {
  type: 'text' | 'code';
  text: string;
}
export interface Link {
  type: 'link';
  /** `http:`, `https:` or `mailto:`, without user name or password. */
  url: string;
  /** Holds no further link. */
  children: Inline[];
}
export interface Mention {
  type: 'mention';
  kind: 'user' | 'role' | 'channel' | 'everyone';
  id: string;
}
export interface Break {
  type: 'break';
}
export type Inline = Text | Styled | Link | Mention | Break;
