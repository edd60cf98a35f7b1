import { parseMarkdown } from '@folkmoot/protocol-spec/client/markdown.ts';
import type { Block, Inline } from '@folkmoot/protocol-spec/client/markdown-tree.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js';
import { pathTo } from '../app/router.ts';
import { memberOf } from '../members/people.ts';
import { showProfile } from '../members/profile-card.tsx';
import { cssColor } from '../spaces/rights.ts';
import { myId } from '../spaces/world.ts';
import { TextOf } from './found-words.tsx';
import { sayMention } from './plain-text.ts';
import './markdown.css';

/** The text of a message as elements; never as HTML. */
export function Markdown(props: { source: string; space: Space; after?: JSX.Element }) {
  const blocks = createMemo(() => parseMarkdown(props.source));
  return (
    <div class="markdown" classList={{ jumbo: isJumbo(blocks()) }}>
      <Blocks blocks={blocks()} space={props.space} />
      {props.after}
    </div>
  );
}

const emojiOnly = /^(?:\p{RGI_Emoji}|\s){1,24}$/v;

function isJumbo(blocks: readonly Block[]): boolean {
  const [only, more] = blocks;
  if (!only || more || only.type !== 'paragraph' || only.children.length !== 1) return false;
  const [text] = only.children;
  return text?.type === 'text' && emojiOnly.test(text.text.slice(0, 60));
}

function Blocks(props: { blocks: readonly Block[]; space: Space }) {
  return <For each={props.blocks}>{(block) => <BlockOf block={block} space={props.space} />}</For>;
}

function BlockOf({ block, space }: { block: Block; space: Space }): JSX.Element {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <Inlines nodes={block.children} space={space} />
        </p>
      );
    case 'heading':
      return (
        <p class={`md-h${block.level}`} role="heading" aria-level={block.level + 3}>
          <Inlines nodes={block.children} space={space} />
        </p>
      );
    case 'code_block':
      return (
        <pre tabindex={0} aria-label={block.language ? `Code, ${block.language}` : 'Code'}>
          <code>
            <TextOf text={block.text} />
          </code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.children} space={space} />
        </blockquote>
      );
    case 'list': {
      const items = () => (
        <For each={block.items}>
          {(item) => (
            <li>
              <Blocks blocks={item} space={space} />
            </li>
          )}
        </For>
      );
      return block.ordered ? <ol start={block.start}>{items()}</ol> : <ul>{items()}</ul>;
    }
  }
}

function Inlines(props: { nodes: readonly Inline[]; space: Space }) {
  return <For each={props.nodes}>{(node) => <InlineOf node={node} space={props.space} />}</For>;
}

function InlineOf({ node, space }: { node: Inline; space: Space }): JSX.Element {
  const inside = (children: readonly Inline[]) => <Inlines nodes={children} space={space} />;
  switch (node.type) {
    case 'text':
      return <TextOf text={node.text} />;
    case 'code':
      return (
        <code>
          <TextOf text={node.text} />
        </code>
      );
    case 'break':
      return <br />;
    case 'bold':
      return <strong>{inside(node.children)}</strong>;
    case 'italic':
      return <em>{inside(node.children)}</em>;
    case 'strike':
      return <s>{inside(node.children)}</s>;
    case 'spoiler':
      return <Spoiler>{inside(node.children)}</Spoiler>;
    case 'link':
      return (
        <a href={node.url} target="_blank" rel="noopener noreferrer">
          {inside(node.children)}
        </a>
      );
    case 'mention':
      return <MentionOf kind={node.kind} id={node.id} space={space} />;
  }
}

function Spoiler(props: { children: JSX.Element }) {
  const [open, setOpen] = createSignal(false);
  return (
    <Show
      when={open()}
      fallback={
        <button type="button" class="spoiler" aria-label="Spoiler, show it" onClick={() => setOpen(true)}>
          <span aria-hidden="true" inert>
            {props.children}
          </span>
        </button>
      }
    >
      <span class="spoiler-open">{props.children}</span>
    </Show>
  );
}

function MentionOf(props: { kind: 'user' | 'role' | 'channel' | 'everyone'; id: string; space: Space }) {
  const text = () => sayMention(props, props.space);
  const mine = () =>
    props.kind === 'everyone' ||
    (props.kind === 'user' && props.id === myId()) ||
    (props.kind === 'role' && props.space.me.roles.includes(props.id));
  return (
    <Switch
      fallback={
        <span class="mention" classList={{ mine: mine() }}>
          {text()}
        </span>
      }
    >
      <Match when={props.kind === 'channel' && props.space.channels.some((channel) => channel.id === props.id)}>
        <a class="mention" href={pathTo(props.space.id, props.id)}>
          {text()}
        </a>
      </Match>
      <Match when={props.kind === 'user' && memberOf(props.space.id, props.id)}>
        {(member) => (
          <button
            type="button"
            class="mention"
            classList={{ mine: mine() }}
            onClick={(event) => showProfile(event.currentTarget, props.space, member().user)}
          >
            {text()}
          </button>
        )}
      </Match>
      <Match when={props.kind === 'role'}>
        <span
          class="mention"
          classList={{ mine: mine() }}
          style={{ '--role': cssColor(props.space.roles.find((role) => role.id === props.id)?.color) }}
        >
          {text()}
        </span>
      </Match>
    </Switch>
  );
}
