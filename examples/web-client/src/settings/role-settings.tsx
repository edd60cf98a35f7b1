import { createRole, updateRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import type { Role, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { cssColor, myRank, rankedRoles } from '../spaces/rights.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { orToast } from '../ui/toast.tsx';
import { RoleEditor } from './role-editor.tsx';
import './role-settings.css';

/** Roles in their order, and the editor of one of them. */
export function RoleSettings(props: { space: Space }) {
  const [open, setOpen] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const roles = () => rankedRoles(props.space);
  const everyone = () => props.space.roles.find((role) => role.id === 'everyone');
  const shown = () => props.space.roles.find((role) => role.id === open());
  const may = (role: Role) => role.rank < myRank(props.space);

  const create = () =>
    orToast(async () => {
      const role = await call(createRole, { params: { space: props.space.id }, body: { name: 'New role', rank: 1 } });
      setOpen(role.id);
    });
  /** Moves a role one place: the roles that may be changed are numbered anew, from below. */
  const move = async (role: Role, by: 1 | -1) => {
    const list = roles().filter(may);
    const at = list.findIndex((one) => one.id === role.id);
    const other = list[at + by];
    if (!other) return;
    [list[at], list[at + by]] = [other, list[at]!];
    setBusy(true);
    await orToast(async () => {
      for (const [place, one] of list.entries()) {
        const rank = list.length - place;
        if (one.rank !== rank)
          await call(updateRole, { params: { space: props.space.id, role: one.id }, body: { rank } });
      }
    });
    setBusy(false);
  };
  return (
    <Show
      when={shown()}
      keyed={false}
      fallback={
        <div class="stack">
          <p class="soft">
            Whoever has a role may do what it allows. A role stands above those below it: only from above can it be
            changed, given and taken.
          </p>
          <div>
            <Button look="primary" icon="plus" onClick={() => void create()}>
              Create a role
            </Button>
          </div>
          <ul class="list">
            <For each={roles().map((role) => role.id)}>
              {(id) => (
                <Show when={props.space.roles.find((one) => one.id === id)}>
                  {(role) => (
                    <li>
                      <span class="role-dot" style={{ '--role': cssColor(role().color) }} />
                      <button type="button" class="grow role-open" onClick={() => setOpen(id)}>
                        <strong class="ellipsis">{role().name}</strong>
                        <span class="quiet">
                          {role().permissions.includes('administrator')
                            ? 'Administrator'
                            : role().permissions.length === 1
                              ? '1 permission'
                              : `${role().permissions.length} permissions`}
                          {role().hoist ? ' · listed apart' : ''}
                        </span>
                      </button>
                      <Show when={may(role())} fallback={<Icon name="lock" size={16} />}>
                        <IconButton
                          icon="up"
                          label={`Move ${role().name} up`}
                          disabled={busy() || roles().filter(may)[0]?.id === id}
                          onClick={() => void move(role(), -1)}
                        />
                        <IconButton
                          icon="down"
                          label={`Move ${role().name} down`}
                          disabled={busy() || roles().at(-1)?.id === id}
                          onClick={() => void move(role(), 1)}
                        />
                      </Show>
                      <IconButton icon="pencil" label={`Edit ${role().name}`} onClick={() => setOpen(id)} />
                    </li>
                  )}
                </Show>
              )}
            </For>
            <Show when={everyone()}>
              <li>
                <span class="role-dot" />
                <button type="button" class="grow role-open" onClick={() => setOpen('everyone')}>
                  <strong>everyone</strong>
                  <span class="quiet">What each member may do</span>
                </button>
                <IconButton icon="pencil" label="Edit everyone" onClick={() => setOpen('everyone')} />
              </li>
            </Show>
          </ul>
        </div>
      }
    >
      {(role) => <RoleEditor space={props.space} role={role()} onBack={() => setOpen(undefined)} />}
    </Show>
  );
}
