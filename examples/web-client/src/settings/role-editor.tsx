import { deleteRole, updateRole } from '@folkmoot/protocol-spec/schemas/client/roles.ts';
import type { Role, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Permission, permissionNames, permissions } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { createSignal, For, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { cssColor, myRank, rightsIn } from '../spaces/rights.ts';
import { Button } from '../ui/button.tsx';
import { confirm } from '../ui/confirm.tsx';
import { createDeed } from '../ui/deed.ts';
import { Switch, TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toast.tsx';
import { SaveBar } from './save-bar.tsx';

const colors = [0xd98f4e, 0xd9704e, 0xcf6b8f, 0xa97fd0, 0x6f8fd6, 0x4fa8c4, 0x55b097, 0x86b25a, 0xc9b04a, 0xa09585];
const groups = [
  ['community', 'Community'],
  ['text', 'Text'],
  ['voice', 'Voice'],
  ['moderation', 'Moderation'],
] as const;

/** Name, colour and permissions of a role. */
export function RoleEditor(props: { space: Space; role: Role; onBack: () => void }) {
  const role = () => props.role;
  const [name, setName] = createSignal(role().name);
  const [color, setColor] = createSignal(role().color);
  const [hoist, setHoist] = createSignal(role().hoist);
  const [mentionable, setMentionable] = createSignal(role().mentionable);
  const [allowed, setAllowed] = createSignal<readonly Permission[]>(role().permissions);
  const isEveryone = () => role().id === 'everyone';
  const locked = () => role().rank >= myRank(props.space);
  const sorted = (list: readonly Permission[]) => permissionNames.filter((permission) => list.includes(permission));
  const changes = () => ({
    ...(name().trim() !== role().name ? { name: name().trim() } : {}),
    ...(color() !== role().color ? { color: color() } : {}),
    ...(hoist() !== role().hoist ? { hoist: hoist() } : {}),
    ...(mentionable() !== role().mentionable ? { mentionable: mentionable() } : {}),
    ...(sorted(allowed()).join() !== sorted(role().permissions).join() ? { permissions: sorted(allowed()) } : {}),
  });
  const save = createDeed(async () => {
    await call(updateRole, { params: { space: props.space.id, role: role().id }, body: changes() });
    toast('Role saved.');
  });
  const reset = () => {
    setName(role().name);
    setColor(role().color);
    setHoist(role().hoist);
    setMentionable(role().mentionable);
    setAllowed(role().permissions);
  };
  const remove = () =>
    confirm({
      title: `Delete the role ${role().name}?`,
      text: 'Everybody loses it, and with it what it allowed.',
      action: 'Delete',
      danger: true,
      run: async () => {
        await call(deleteRole, { params: { space: props.space.id, role: role().id } });
        props.onBack();
      },
    });
  return (
    <div class="stack">
      <div class="row">
        <Button look="ghost" icon="left" onClick={props.onBack}>
          All roles
        </Button>
        <span class="grow" />
        <Show when={!isEveryone() && !locked()}>
          <Button look="ghost" icon="trash" onClick={remove}>
            Delete role
          </Button>
        </Show>
      </div>
      <Show when={locked()}>
        <p class="list-empty">This role stands at or above your own. You can see it, but not change it.</p>
      </Show>
      <Show when={!isEveryone()}>
        <TextField label="Name" maxLength={64} required disabled={locked()} value={name()} onInput={setName} />
        <div class="field">
          <span class="soft">Colour of the name</span>
          <div class="role-colors" role="group" aria-label="Colour of the name">
            <button
              type="button"
              disabled={locked()}
              aria-pressed={color() === null}
              aria-label="No colour"
              title="No colour"
              onClick={() => setColor(null)}
              style={{ color: 'var(--faint)' }}
            >
              <Icon name="close" size={15} />
            </button>
            <For each={colors}>
              {(one) => (
                <button
                  type="button"
                  disabled={locked()}
                  style={{ '--role': cssColor(one) }}
                  aria-pressed={color() === one}
                  aria-label={`Colour ${cssColor(one)}`}
                  onClick={() => setColor(one)}
                />
              )}
            </For>
            <input
              type="color"
              disabled={locked()}
              aria-label="Another colour"
              title="Another colour"
              value={cssColor(color() ?? 0xa09585)}
              onInput={(event) => setColor(Number.parseInt(event.currentTarget.value.slice(1), 16))}
            />
          </div>
        </div>
        <Switch
          label="List its members apart"
          help="With a heading of its own in the member list."
          checked={hoist()}
          disabled={locked()}
          onChange={setHoist}
        />
        <Switch label="Anybody may mention it" checked={mentionable()} disabled={locked()} onChange={setMentionable} />
      </Show>
      <div>
        <h2>Permissions</h2>
        <For each={groups}>
          {([group, title]) => (
            <div class="permission-group">
              <h3>{title}</h3>
              <For each={permissionNames.filter((permission) => permissions[permission].group === group)}>
                {(permission) => (
                  <Switch
                    label={permissions[permission].title}
                    help={permissions[permission].help}
                    checked={allowed().includes(permission)}
                    disabled={locked() || (!rightsIn(props.space).has(permission) && !allowed().includes(permission))}
                    onChange={(on) =>
                      setAllowed(on ? [...allowed(), permission] : allowed().filter((one) => one !== permission))
                    }
                  />
                )}
              </For>
            </div>
          )}
        </For>
      </div>
      <SaveBar changed={Object.keys(changes()).length > 0 && name().trim() !== ''} deed={save} onReset={reset} />
    </div>
  );
}
