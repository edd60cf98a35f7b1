import type { Message } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, on, onMount, Show } from 'solid-js';
import { pathTo, place } from '../app/router.ts';
import { MarksOf } from '../members/marks-of.tsx';
import { memberOf, nameIn } from '../members/people.ts';
import { MessageText } from '../messages/message-text.tsx';
import { plainText } from '../messages/plain-text.ts';
import { relationTo } from '../people/relationships.ts';
import { isDirect, nameOfSpace } from '../spaces/direct.ts';
import { colorOf } from '../spaces/rights.ts';
import { findChannel, findSpace } from '../spaces/world.ts';
import { Avatar } from '../ui/avatar.tsx';
import { now } from '../ui/clock.ts';
import { sayFull, sayMoment } from '../ui/time.ts';
import { leaveForMessage } from './show-search.ts';
import './search-result.css';

/** One message that was found; it leads to where it was said. */
export function SearchResult(props: { message: Message }) {
  const space = () => findSpace(props.message.space)!;
  const author = () => props.message.author;
  const name = () => nameIn(props.message.space, author());
  const where = () =>
    isDirect(space())
      ? nameOfSpace(space())
      : `#${findChannel(props.message.space, props.message.channel)?.name}, ${space().name}`;
  const isOpen = () => {
    const here = place();
    return here.at === 'space' && here.channel === props.message.channel && here.message === props.message.id;
  };
  const hidden = () => relationTo(author().id) === 'blocked';
  const said = () => (hidden() ? 'of somebody you blocked' : plainText(props.message.content, space()));
  return (
    <Show when={findSpace(props.message.space)}>
      <article class="search-result" classList={{ open: isOpen() }} data-found={props.message.id}>
        <Avatar id={author().id} name={name()} size={32} />
        <div class="search-result-head">
          <span class="author" style={{ '--role': colorOf(space(), memberOf(space().id, author().id)?.roles) }}>
            {name()}
          </span>
          <MarksOf user={author()} />
          <time datetime={new Date(props.message.ts).toISOString()} title={sayFull(props.message.ts)}>
            {sayMoment(props.message.ts, now())}
          </time>
        </div>
        <a
          class="search-result-link"
          data-rove
          href={pathTo(props.message.space, props.message.channel, props.message.id)}
          aria-current={isOpen() ? 'location' : undefined}
          aria-label={`${name()}, ${sayMoment(props.message.ts, now())}, ${where()}: ${said()}`}
          onClick={(event) => !event.ctrlKey && !event.metaKey && !event.shiftKey && leaveForMessage()}
        />
        <Show when={!hidden()} fallback={<p class="message-blocked">You blocked this person.</p>}>
          <Said message={props.message} />
        </Show>
      </article>
    </Show>
  );
}

function Said(props: { message: Message }) {
  let element!: HTMLDivElement;
  const show = () => {
    // Of a long message the part is shown in which the word was found.
    const mark = element.querySelector('mark');
    const below = mark ? mark.getBoundingClientRect().bottom - element.getBoundingClientRect().bottom : 0;
    if (below > 0) element.scrollTop += below + element.clientHeight / 3;
    element.classList.toggle('cut-above', element.scrollTop > 0);
    element.classList.toggle('cut-below', element.scrollHeight - element.scrollTop - element.clientHeight > 1);
  };
  onMount(() => createEffect(on(() => props.message.content, show)));
  return (
    <div ref={element} class="search-result-body">
      <MessageText space={findSpace(props.message.space)!} message={props.message} />
    </div>
  );
}
