import type { ChannelView, Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { mentionsMember } from '@folkmoot/protocol-spec/client/reducer.ts';
import { createSignal, For, Show } from 'solid-js';
import { memberOf, nameIn } from '../members/people.ts';
import { MarksOf } from '../members/marks-of.tsx';
import { showProfile } from '../members/profile-card.tsx';
import { showMemberMenu } from '../members/member-menu.ts';
import { relationTo } from '../people/relationships.ts';
import { colorOf } from '../spaces/rights.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { Icon } from '../ui/icon.tsx';
import { sayFull, sayMoment, sayShortTime } from '../ui/time.ts';
import { recentEmoji } from '../emoji/recent-emoji.ts';
import { isMissedCall, MissedCall } from '../voice/missed-call.tsx';
import { answer, edit, editing } from './composer-requests.ts';
import { longPress } from './long-press.ts';
import {
  mayWith,
  messageKey,
  react,
  remove,
  showMessageMenu,
  type Standing,
  toggleReaction,
} from './message-actions.ts';
import { MessageEditor } from './message-editor.tsx';
import { MessageText } from './message-text.tsx';
import { plainText } from './plain-text.ts';
import { Reactions } from './reactions.tsx';
import { ReplyLine } from './reply-line.tsx';
import './message-row.css';

interface MessageRowProps {
  space: Space;
  channel: ChannelView;
  message: Message;
  head: boolean;
  flash: boolean;
  onJump: (message: string) => void;
}

/** One message. Its tools appear for the one that is pointed at or focused. */
export function MessageRow(props: MessageRowProps) {
  let element!: HTMLElement;
  const [near, setNear] = createSignal(false);
  const at = (): Standing => props;
  const author = () => props.message.author;
  const name = () => nameIn(props.space.id, author());
  const [uncovered, setUncovered] = createSignal(false);
  const hidden = () => !uncovered() && relationTo(author().id) === 'blocked';
  const isEdited = () => editing() === props.message.id;
  const menu = (event: MouseEvent) => {
    // Links and selected text keep the menu of the browser.
    if ((event.target as Element).closest('a, textarea') || getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    showMessageMenu({ x: event.clientX, y: event.clientY }, props);
  };
  return (
    <article
      ref={(given) => {
        element = given;
        longPress(given, (point) => showMessageMenu(point, props));
      }}
      class="message"
      classList={{
        head: props.head,
        mentions: mentionsMember(props.message.mentions, props.space.me),
        flash: props.flash,
        editing: isEdited(),
        orphaned: props.message.orphaned === true,
      }}
      data-message={props.message.id}
      data-rove
      tabindex={-1}
      aria-label={`${name()}, ${sayMoment(props.message.ts, now())}: ${hidden() ? 'of somebody you blocked' : plainText(props.message.content, props.space)}`}
      onPointerEnter={(event) => event.pointerType === 'mouse' && setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocusIn={() => setNear(true)}
      onFocusOut={(event) =>
        !element.contains(event.relatedTarget as Node | null) && !element.matches(':hover') && setNear(false)
      }
      onContextMenu={menu}
      onKeyDown={(event) => event.target === element && messageKey(event, props, element)}
    >
      <Show when={props.message.reply_to}>
        {(id) => <ReplyLine space={props.space} channel={props.channel} message={id()} onJump={props.onJump} />}
      </Show>
      <Show
        when={props.head}
        fallback={
          <time
            class="message-time"
            datetime={new Date(props.message.ts).toISOString()}
            title={sayFull(props.message.ts)}
          >
            {sayShortTime(props.message.ts)}
          </time>
        }
      >
        <button
          type="button"
          class="message-avatar"
          tabindex={-1}
          aria-hidden="true"
          onClick={(event) => showProfile(event.currentTarget, props.space, author())}
        >
          <Avatar id={author().id} name={name()} size={38} />
        </button>
        <div class="message-head">
          <button
            type="button"
            class="author"
            tabindex={-1}
            style={{ '--role': colorOf(props.space, memberOf(props.space.id, author().id)?.roles) }}
            onClick={(event) => showProfile(event.currentTarget, props.space, author())}
            onContextMenu={(event) => {
              const member = memberOf(props.space.id, author().id);
              if (!member) return;
              event.preventDefault();
              event.stopPropagation();
              showMemberMenu({ x: event.clientX, y: event.clientY }, props.space, member, showProfile);
            }}
          >
            {name()}
          </button>
          <MarksOf user={author()} />
          <time datetime={new Date(props.message.ts).toISOString()} title={sayFull(props.message.ts)}>
            {sayMoment(props.message.ts, now())}
          </time>
          <Show when={props.message.pinned}>
            <span class="message-pinned" title="Pinned">
              <Icon name="pin" size={13} />
              <span class="hidden-text">Pinned</span>
            </span>
          </Show>
        </div>
      </Show>
      <div class="message-body">
        <Show when={!hidden()} fallback={<Blocked onShow={() => setUncovered(true)} />}>
          <Show when={!isEdited()} fallback={<MessageEditor {...props} />}>
            <Show
              when={!isMissedCall(props.space, props.message)}
              fallback={<MissedCall space={props.space} message={props.message} />}
            >
              <MessageText space={props.space} message={props.message} />
            </Show>
          </Show>
          <Show when={props.message.orphaned}>
            <p class="message-orphaned">not part of the history any more</p>
          </Show>
          <Show when={props.message.reactions.length > 0}>
            <Reactions {...props} />
          </Show>
        </Show>
      </div>
      <Show when={near() && !isEdited()}>
        <Tools at={at()} />
      </Show>
    </article>
  );
}

function Blocked(props: { onShow: () => void }) {
  return (
    <p class="message-blocked">
      You blocked this person.{' '}
      <button type="button" onClick={() => props.onShow()}>
        Show the message
      </button>
    </p>
  );
}

function Tools(props: { at: Standing }) {
  const may = () => mayWith(props.at);
  return (
    <div class="message-tools" role="toolbar" aria-label="Message">
      <Show when={may().react}>
        <For each={recentEmoji().slice(0, 3)}>
          {(emoji) => (
            <button
              type="button"
              class="icon-button message-quick"
              tabindex={-1}
              aria-label={`React with ${emoji}`}
              title={`React with ${emoji}`}
              onClick={() => void toggleReaction(props.at, emoji)}
            >
              {emoji}
            </button>
          )}
        </For>
        <IconButton
          icon="smile"
          label="React"
          tabindex={-1}
          onClick={(event) => react(props.at, event.currentTarget)}
        />
      </Show>
      <Show when={may().reply}>
        <IconButton icon="reply" label="Reply" tabindex={-1} onClick={() => answer(props.at.message)} />
      </Show>
      <Show when={may().edit}>
        <IconButton icon="pencil" label="Edit" tabindex={-1} onClick={() => edit(props.at.message.id)} />
      </Show>
      <Show when={may().remove}>
        <IconButton icon="trash" label="Delete" tabindex={-1} onClick={(event) => remove(props.at, event.shiftKey)} />
      </Show>
      <IconButton
        icon="more"
        label="More"
        tabindex={-1}
        aria-haspopup="menu"
        onClick={(event) => showMessageMenu(event.currentTarget, props.at)}
      />
    </div>
  );
}
