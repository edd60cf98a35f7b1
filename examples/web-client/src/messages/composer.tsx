import { limits } from '@folkmoot/protocol-spec/schemas/limits.ts';
import type { ChannelView, Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createSignal, on, Show } from 'solid-js';
import { showEmojiPicker } from '../emoji/emoji-picker.tsx';
import { replaceShortcodes } from '../emoji/emoji-search.ts';
import { nameIn } from '../members/people.ts';
import { relationTo, unblock } from '../people/relationships.ts';
import { isDirect, nameOfSpace, nameOfUser, partnerIn } from '../spaces/direct.ts';
import { rightsIn } from '../spaces/rights.ts';
import { myId } from '../spaces/world.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toast.tsx';
import { sayDistance, saySeconds } from '../ui/time.ts';
import type { ChannelMessages } from './channel-messages.ts';
import { answer, edit, insertion, replyTo } from './composer-requests.ts';
import { draftOf, keepDraft } from './drafts.ts';
import { encodeMentions } from './mention-text.ts';
import { secondsToWait } from './slow-mode.ts';
import { TextEditor, type TextEditorHandle } from './text-editor.tsx';
import { sayTyping, typingEnded } from './typing.ts';
import './composer.css';

interface ComposerProps {
  space: Space;
  channel: ChannelView;
  messages: ChannelMessages;
  onSent: () => void;
}

/** Where one writes. */
export function Composer(props: ComposerProps) {
  const [text, setText] = createSignal(draftOf(props.channel.id));
  let editor: TextEditorHandle | undefined;
  const rights = () => rightsIn(props.space, props.channel);
  const wait = () => (rights().has('message.manage') ? 0 : secondsToWait(props.channel.id, props.channel.slow_mode));
  const left = () => limits.messageLength - [...text()].length;
  const answered = () => (replyTo()?.channel === props.channel.id ? replyTo() : undefined);
  const timeout = () =>
    props.space.me.timeout !== null && props.space.me.timeout > now() ? props.space.me.timeout : undefined;
  const label = () => `Message ${isDirect(props.space) ? nameOfSpace(props.space) : `#${props.channel.name}`}`;
  const partner = () => partnerIn(props.space);
  const blocked = () => partner() && relationTo(partner()!.user.id) === 'blocked';
  const refusal = () => {
    if (blocked()) return `You blocked ${nameOfUser(partner()!.user)}.`;
    if (props.space.kind === 'dm' && !partner()) return 'They left this conversation.';
    const until = timeout();
    if (until) return `You are timed out. It ends ${sayDistance(until, now())}.`;
    return rights().has('message.send') ? undefined : 'You may read this channel, but not write in it.';
  };

  const change = (value: string) => {
    setText(value);
    keepDraft(props.channel.id, value);
    if (value.trim()) sayTyping(props.space.id, props.channel.id);
  };
  const send = () => {
    const content = encodeMentions(replaceShortcodes(text()), props.space).trim();
    if (!content || wait() > 0) return;
    if ([...content].length > limits.messageLength) return toast('This is too long to send, mentions included.');
    props.messages.queue.send(content, answered()?.id ?? null);
    setText('');
    keepDraft(props.channel.id, '');
    answer(undefined);
    typingEnded(props.channel.id);
    props.onSent();
  };
  const editLast = () => {
    const mine = props.messages.list.messages.findLast((message) => message.author.id === myId());
    if (mine) edit(mine.id);
  };
  createEffect(
    on(
      insertion,
      (wanted) => wanted && editor?.insert(text() && !/\s$/.test(text()) ? ` ${wanted.text}` : wanted.text),
      { defer: true },
    ),
  );

  return (
    <div class="composer">
      <Show when={answered()}>{(message) => <ReplyBar space={props.space} message={message()} />}</Show>
      <Show
        when={!refusal()}
        fallback={
          <p class="composer-closed">
            <Icon name="lock" size={16} />
            <span class="grow">{refusal()}</span>
            <Show when={blocked()}>
              <Button small onClick={() => void unblock(partner()!.user)}>
                Unblock
              </Button>
            </Show>
          </p>
        }
      >
        <div class="composer-box">
          <TextEditor
            space={props.space}
            label={label()}
            placeholder={label()}
            value={text()}
            mayMentionAll={rights().has('mention.everyone')}
            onInput={change}
            onSubmit={send}
            onEscape={() => (answered() ? answer(undefined) : props.onSent())}
            onUp={editLast}
            handle={(handle) => {
              editor = handle;
              // Whoever walks through results goes on there.
              const searches = document.activeElement?.closest('.search-panel');
              if (!searches && !matchMedia('(pointer: coarse)').matches) handle.focus();
            }}
          />
          <Show when={left() < 300}>
            <span class="composer-left" classList={{ over: left() < 0 }} role="status">
              {left()}
            </span>
          </Show>
          <IconButton
            icon="smile"
            label="Emoji"
            aria-haspopup="dialog"
            onClick={(event) => showEmojiPicker(event.currentTarget, (emoji) => editor?.insert(emoji))}
          />
          <IconButton
            icon="send"
            label="Send"
            class="composer-send"
            disabled={!text().trim() || wait() > 0 || left() < 0}
            onClick={send}
          />
        </div>
      </Show>
      <Show when={props.channel.slow_mode > 0 && !refusal()}>
        <p class="composer-slow" role="status">
          <Icon name="clock" size={13} />
          {wait() > 0
            ? `Slow mode: you can write again in ${saySeconds(wait())}`
            : `Slow mode: one message every ${saySeconds(props.channel.slow_mode)}`}
          {rights().has('message.manage') ? ' (not for you)' : ''}
        </p>
      </Show>
    </div>
  );
}

function ReplyBar(props: { space: Space; message: Message }) {
  return (
    <div class="reply-bar">
      <Icon name="reply" size={15} />
      <span class="grow ellipsis">
        Reply to <strong>{nameIn(props.space.id, props.message.author)}</strong>
      </span>
      <IconButton icon="close" size={15} label="Do not reply" onClick={() => answer(undefined)} />
    </div>
  );
}
