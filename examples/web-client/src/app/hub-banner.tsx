import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Show } from 'solid-js';
import { hubOf } from '../members/handle.ts';
import { Icon } from '../ui/icon.tsx';

/** Says that the homeserver of the open community is away. What is here stays readable. */
export function HubBanner(props: { space: Space | undefined }) {
  const away = () => (props.space?.hub_state === 'away' ? hubOf(props.space) : undefined);
  return (
    <div role="status">
      <Show when={away()}>
        {(hub) => (
          <p class="hub-away">
            <Icon name="clock" size={15} />
            <span>
              <strong>{hub()}</strong> is away. You can read on; what you send waits.
            </span>
          </p>
        )}
      </Show>
    </div>
  );
}
