import { giveRole, takeRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import type { Member, Role, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { cssColor, myRank, rankedRoles, rightsIn } from '../spaces/rights.ts';
import { orToast } from '../ui/toast.tsx';
import { tellMembers } from './people.ts';
import './role-choice.css';

/** The roles of a member as check boxes; those at or above the own rank cannot be changed. */
export function RoleChoice(props: { space: Space; member: Member }) {
  const [busy, setBusy] = createSignal<string>();
  const may = (role: Role) => rightsIn(props.space).has('role.manage') && role.rank < myRank(props.space);
  const change = async (role: Role, has: boolean) => {
    setBusy(role.id);
    const params = { space: props.space.id, user: props.member.user.id, role: role.id };
    await orToast(async () => tellMembers(props.space.id, [await call(has ? giveRole : takeRole, { params })]));
    setBusy(undefined);
  };
  return (
    <Show
      when={rankedRoles(props.space).length > 0}
      fallback={<p class="soft">This community has no roles yet. Create one in its settings.</p>}
    >
      <ul class="role-choice">
        <For each={rankedRoles(props.space)}>
          {(role) => (
            <li>
              <label>
                <input
                  type="checkbox"
                  checked={props.member.roles.includes(role.id)}
                  disabled={!may(role) || busy() === role.id}
                  onChange={(event) => void change(role, event.currentTarget.checked)}
                />
                <span class="role-dot" style={{ '--role': cssColor(role.color) }} />
                <span class="grow ellipsis">{role.name}</span>
                <Show when={!may(role)}>
                  <span class="quiet">above yours</span>
                </Show>
              </label>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
