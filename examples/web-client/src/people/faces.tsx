import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { For, Show } from 'solid-js';
import { statusOf } from '../members/presence.ts';
import { nameOfUser, othersIn, partnerIn } from '../spaces/direct.ts';
import { Avatar } from '../ui/avatar.tsx';
import './faces.css';

/** The picture of a direct message: the other one, or two of a group. */
export function Faces(props: { space: Space; size?: number; quiet?: boolean }) {
  const size = () => props.size ?? 32;
  const partner = () => partnerIn(props.space)?.user;
  const two = () => othersIn(props.space).slice(0, 2);
  return (
    <Show
      when={props.space.kind === 'dm' || two().length < 2}
      fallback={
        <span class="faces" style={{ '--size': `${size()}px` }} aria-hidden="true">
          <For each={two()}>
            {({ user }) => <Avatar id={user.id} name={nameOfUser(user)} size={Math.round(size() * 0.68)} />}
          </For>
        </span>
      }
    >
      <Avatar
        id={partner()?.id ?? two()[0]?.user.id ?? props.space.id}
        name={nameOfUser(partner() ?? two()[0]?.user ?? { handle: null, display_name: '–' })}
        size={size()}
        status={props.quiet || !partner() || partner()!.handle === null ? undefined : statusOf(partner()!.id)}
      />
    </Show>
  );
}
