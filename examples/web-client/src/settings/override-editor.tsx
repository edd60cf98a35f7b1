import { removeOverride, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import {
  type Override,
  type Permission,
  permissionNames,
  permissions,
} from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { createSignal, For } from 'solid-js';
import { call } from '../session/api.ts';
import { rightsIn } from '../spaces/rights.ts';
import { createDeed } from '../ui/deed.ts';
import { Icon } from '../ui/icon.tsx';
import { toast } from '../ui/toast.tsx';
import { SaveBar } from './save-bar.tsx';

type State = 'deny' | 'inherit' | 'allow';
const states = [
  ['deny', 'Deny', 'close'],
  ['inherit', 'As the roles say', 'minus'],
  ['allow', 'Allow', 'check'],
] as const;

/** Allow, deny or leave each permission to the roles. */
export function OverrideEditor(props: { space: Space; channel: ChannelView; target: string; override: Override }) {
  const read = (): Record<string, State> =>
    Object.fromEntries([
      ...props.override.allow.map((permission) => [permission, 'allow']),
      ...props.override.deny.map((permission) => [permission, 'deny']),
    ]) as Record<string, State>;
  const [chosen, setChosen] = createSignal(read());
  const stateOf = (permission: Permission): State => chosen()[permission] ?? 'inherit';
  const listed = permissionNames.filter((permission) => permissions[permission].channel);
  const pick = (state: State) => listed.filter((permission) => stateOf(permission) === state);
  const changed = () => listed.some((permission) => stateOf(permission) !== (read()[permission] ?? 'inherit'));
  const save = createDeed(async () => {
    const params = { space: props.space.id, channel: props.channel.id, target: props.target };
    const body = { allow: pick('allow'), deny: pick('deny') };
    if (body.allow.length + body.deny.length > 0) await call(setOverride, { params, body });
    else await call(removeOverride, { params });
    toast('Permissions saved.');
  });
  return (
    <>
      <For each={listed}>
        {(permission) => (
          <div class="override-row">
            <div class="grow">
              <p>{permissions[permission].title}</p>
              <p class="field-help">{permissions[permission].help}</p>
            </div>
            <div class="three" role="radiogroup" aria-label={permissions[permission].title}>
              <For each={states}>
                {([state, label, icon]) => (
                  <label class={`three-${state}`} title={label}>
                    <input
                      type="radio"
                      name={`${props.target}-${permission}`}
                      aria-label={label}
                      checked={stateOf(permission) === state}
                      disabled={!rightsIn(props.space, props.channel).has(permission)}
                      onChange={() => setChosen({ ...chosen(), [permission]: state })}
                    />
                    <Icon name={icon} size={16} />
                  </label>
                )}
              </For>
            </div>
          </div>
        )}
      </For>
      <SaveBar changed={changed()} deed={save} onReset={() => setChosen(read())} />
    </>
  );
}
