import type { Member } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { Show } from 'solid-js';
import { handleOf } from './handle.ts';
import './marks-of.css';

/** Says that a program writes, not a person. */
export function BotMark(props: { user: Pick<UserSummary, 'bot'> }) {
  return (
    <Show when={props.user.bot}>
      <span class="bot-mark" title="A program acts here, not a person">
        BOT
      </span>
    </Show>
  );
}

/** Says that a member stands on no list; only who may see that is shown the member at all. */
export function UnlistedMark(props: { member: Pick<Member, 'unlisted'> }) {
  return (
    <Show when={props.member.unlisted}>
      <span class="unlisted-mark" title="On no member list: seen only by themselves and by who may remove members">
        unlisted
      </span>
    </Show>
  );
}

/** What stands beside a name: whether it is a program, and the homeserver of somebody who comes from another one. */
export function MarksOf(props: { user: Pick<UserSummary, 'handle' | 'home' | 'bot'> }) {
  return (
    <>
      <BotMark user={props.user} />
      <Show when={props.user.handle !== null && props.user.home}>
        {(home) => (
          <span class="home-mark ellipsis" title={`@${handleOf(props.user)}`}>
            @{home()}
          </span>
        )}
      </Show>
    </>
  );
}
