import { hasGap } from '@folkmoot/protocol-spec/client/messages.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createMemo, createSignal, For, Match, on, onCleanup, Show, Switch } from 'solid-js';
import { isTight, membersShown, toggleMembers } from '../app/drawers.ts';
import { go, pathTo, place } from '../app/router.ts';
import { isRefusal } from '../app/say-error.ts';
import { MemberList } from '../members/member-list.tsx';
import { DirectPeople } from '../people/direct-people.tsx';
import { connection } from '../session/live.ts';
import { markChannelRead } from '../spaces/mark-read.ts';
import { sayCount } from '../spaces/marks.ts';
import { isDirect, nameOfSpace } from '../spaces/direct.ts';
import { rightsIn } from '../spaces/rights.ts';
import { myId } from '../spaces/world.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { CallStrip } from '../voice/call-strip.tsx';
import { ChannelHeader } from './channel-header.tsx';
import { messagesOf, retryAll } from './open-channels.ts';
import { ChannelStart } from './channel-start.tsx';
import { Composer } from './composer.tsx';
import { answer, edit } from './composer-requests.ts';
import { keepRead } from './keep-read.ts';
import { type ListHandle, MessageList } from './message-list.tsx';
import { NewMessageLog } from './new-message-log.tsx';
import { rowsOf } from './rows.ts';
import { TypingLine } from './typing-line.tsx';
import './channel-page.css';

/** The open channel. A new one is made for each channel. */
export function ChannelPage(props: { space: Space; channel: ChannelView }) {
  const { id } = props.channel;
  const messages = messagesOf(props.space.id, id);
  // What was read when the channel was opened: the line stays there while one reads on.
  const [readBefore, setReadBefore] = createSignal(props.channel.view.unread > 0 ? props.channel.view.read : undefined);
  const unreadAtOpening = props.channel.view.unread;
  const [newSeen, setNewSeen] = createSignal(false);
  const [atEnd, setAtEnd] = createSignal(true);
  const [target, setTarget] = createSignal<string>();
  const [flash, setFlash] = createSignal<string>();
  let list: ListHandle | undefined;
  const rows = createMemo(() => rowsOf(messages.list, readBefore(), myId()));
  const firstNew = () => rows().find((row) => row.firstNew);
  const linked = () => {
    const here = place();
    return here.at === 'space' && here.channel === id ? here.message : undefined;
  };

  const jump = async (message: string) => {
    const here = rows().find((row) => row.message?.id === message);
    if (here) list?.toKey(here.key);
    else {
      setTarget(undefined);
      if (await messages.openAround(message)) setTarget(rows().find((row) => row.message?.id === message)?.key);
    }
    setFlash(undefined);
    queueMicrotask(() => setFlash(message));
  };
  const toNewest = async () => {
    setTarget(undefined);
    if (messages.list.more_after) await messages.openNewest();
    else list?.toEnd();
    setReadBefore(undefined);
    if (linked()) go(pathTo(props.space.id, id), { replace: true });
  };
  const open = async () => {
    const wanted = linked();
    if (wanted) return jump(wanted);
    if (messages.list.more_after) await messages.openNewest();
    setTarget(firstNew()?.key);
  };
  let opened = false;
  createEffect(
    on(linked, (wanted) => {
      if (wanted || !opened) void open();
      opened = true;
    }),
  );
  createEffect(() => {
    // Something was missed, for example a message that came while the page slept.
    if (connection() !== 'ready' || messages.loading() || !hasGap(messages.list, props.channel.view.last)) return;
    const timer = setTimeout(() => void messages.openNewest(), 1500);
    onCleanup(() => clearTimeout(timer));
  });
  createEffect(on(connection, (now) => now === 'ready' && retryAll()));
  keepRead({ messages, channel: () => props.channel, atEnd });
  onCleanup(() => {
    answer(undefined);
    edit(undefined);
  });

  const isEmpty = () => rows().length === 0 && !messages.list.more_before && !messages.loading();
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    setReadBefore(undefined);
    void markChannelRead(props.space.id, props.channel);
    void toNewest();
  };

  return (
    <>
      <ChannelHeader
        space={props.space}
        channel={props.channel}
        onJump={(message) => (message === linked() ? void jump(message) : go(pathTo(props.space.id, id, message)))}
      />
      <div class="channel-row">
        <main
          class="channel-page"
          aria-label={isDirect(props.space) ? nameOfSpace(props.space) : `Channel ${props.channel.name}`}
          onKeyDown={escape}
        >
          <Show when={isDirect(props.space)}>
            <CallStrip space={props.space} channel={id} />
          </Show>
          <div class="messages">
            <Switch>
              <Match when={rows().length > 0}>
                {/* A new list for each place that is jumped to. */}
                <For each={[`${messages.state().epoch}:${target() ?? ''}`]}>
                  {() => (
                    <MessageList
                      space={props.space}
                      channel={props.channel}
                      messages={messages}
                      rows={rows()}
                      target={target()}
                      flash={flash()}
                      onAtEnd={setAtEnd}
                      onJump={(message) => void jump(message)}
                      onNewSeen={() => setNewSeen(true)}
                      handle={(handle) => (list = handle)}
                    />
                  )}
                </For>
              </Match>
              <Match
                when={
                  !rightsIn(props.space, props.channel).has('message.history') &&
                  isRefusal(messages.problem(), 'missing_permission')
                }
              >
                <div class="messages-note">
                  <p>You may not read what was written here before. New messages appear as they come.</p>
                </div>
              </Match>
              <Match when={messages.problem()}>
                <div class="messages-note">
                  <Problem of={messages.problem()} />
                  <Button icon="retry" onClick={() => void open()}>
                    Try again
                  </Button>
                </div>
              </Match>
              <Match when={isEmpty()}>
                <div class="messages-empty">
                  <ChannelStart space={props.space} channel={props.channel} empty />
                </div>
              </Match>
              <Match when={messages.loading()}>
                <Skeleton />
              </Match>
            </Switch>
            <Show when={readBefore() !== undefined && !newSeen() && rows().length > 0}>
              <button type="button" class="jump-bar top" onClick={() => void jumpToUnread()}>
                {sayCount(unreadAtOpening)} new messages. Go to the first one
                <Icon name="up" size={16} />
              </button>
            </Show>
            <Show when={(!atEnd() || messages.list.more_after) && rows().length > 0}>
              <button type="button" class="jump-bar" onClick={() => void toNewest()}>
                <Show when={props.channel.view.unread > 0} fallback="Jump to newest">
                  {props.channel.view.unread === 1
                    ? '1 new message'
                    : `${sayCount(props.channel.view.unread)} new messages`}
                </Show>
                <Icon name="down" size={16} />
              </button>
            </Show>
          </div>
          <Composer space={props.space} channel={props.channel} messages={messages} onSent={() => void toNewest()} />
          <TypingLine space={props.space} channel={id} />
          <NewMessageLog space={props.space} channel={id} />
        </main>
        <Show when={membersShown() && props.space.kind !== 'dm'}>
          <Show when={isTight()}>
            <div class="drawer-shade" onClick={toggleMembers} />
          </Show>
          <Show when={props.space.kind === 'group'} fallback={<MemberList space={props.space} />}>
            <DirectPeople space={props.space} />
          </Show>
        </Show>
      </div>
    </>
  );

  async function jumpToUnread(): Promise<void> {
    const from = readBefore();
    if (from === undefined) return;
    if (firstNew()) return list?.toKey(firstNew()!.key);
    setTarget(undefined);
    if (from === null ? await messages.openAround('1.0') : await messages.openAround(from)) setTarget(firstNew()?.key);
  }
}

function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label="Loading messages">
      {[72, 48, 88, 34, 61, 79].map((width) => (
        <div>
          <span />
          <i style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
