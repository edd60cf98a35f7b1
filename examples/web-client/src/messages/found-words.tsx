import type { SearchTerm } from '@folkmoot/protocol-spec/client/search-words.ts';
import { createContext, For, useContext } from 'solid-js';
import { markedParts } from './marked-parts.ts';

/** What was searched for, for the text of a message that was found. */
export const FoundWords = createContext<() => readonly SearchTerm[]>();

/** A text with what was searched for marked in it. */
export function TextOf(props: { text: string }) {
  const terms = useContext(FoundWords);
  if (!terms) return props.text;
  return <For each={markedParts(props.text, terms())}>{({ text, found }) => (found ? <mark>{text}</mark> : text)}</For>;
}
