import { listBans } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Ban } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { askToUnban } from '../members/member-menu.ts';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { Problem } from '../ui/problem.tsx';
import { sayDate } from '../ui/time.ts';

/** Who is banned, and why. */
export function BanSettings(props: { space: Space }) {
  const [bans, setBans] = createSignal<readonly Ban[]>();
  const [next, setNext] = createSignal<string | null>(null);
  const load = createDeed(async (after: string | null) => {
    const page = await call(listBans, { params: { space: props.space.id }, query: after ? { after } : {} });
    setBans(after ? [...(bans() ?? []), ...page.bans] : page.bans);
    setNext(page.next);
  });
  onMount(() => void load.run(null));
  const ends = [
    onEvent(
      'ban.added',
      ({ space, ban }) =>
        space === props.space.id && setBans([ban, ...(bans() ?? []).filter((one) => one.user.id !== ban.user.id)]),
    ),
    onEvent(
      'ban.removed',
      ({ space, user }) => space === props.space.id && setBans((bans() ?? []).filter((one) => one.user.id !== user)),
    ),
  ];
  onCleanup(() => ends.forEach((end) => end()));
  return (
    <div class="stack">
      <Problem of={load.problem()} />
      <Show when={bans()?.length === 0}>
        <p class="list-empty">Nobody is banned. You ban somebody from the menu on their name.</p>
      </Show>
      <ul class="list">
        <For each={bans()}>
          {(ban) => (
            <li>
              <Avatar id={ban.user.id} name={ban.user.display_name} size={34} />
              <span class="grow">
                <strong>{ban.user.display_name}</strong>{' '}
                <span class="soft">{ban.reason || 'No reason was given.'}</span>
                <span class="quiet">
                  by {ban.by.display_name}, {sayDate(ban.ts)}
                </span>
              </span>
              <Button
                small
                onClick={() =>
                  askToUnban(props.space, ban.user, () =>
                    setBans((bans() ?? []).filter((one) => one.user.id !== ban.user.id)),
                  )
                }
              >
                Lift
              </Button>
            </li>
          )}
        </For>
      </ul>
      <Show when={next()}>
        <Button class="more" busy={load.busy()} onClick={() => void load.run(next())}>
          Show more
        </Button>
      </Show>
    </div>
  );
}
