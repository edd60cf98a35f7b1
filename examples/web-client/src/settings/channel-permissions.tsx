import { removeOverride, setOverride } from '@folkmoot/protocol-spec/schemas/client/channels.ts';
import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, Show } from 'solid-js';
import { memberOf, nameOfMember, searchMembers } from '../members/people.ts';
import { call } from '../session/api.ts';
import { cssColor, isPrivate, rankedRoles } from '../spaces/rights.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Switch } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { showMenu } from '../ui/menu.tsx';
import { orToast } from '../ui/toast.tsx';
import { OverrideEditor } from './override-editor.tsx';
import { showPickMember } from './pick-member.tsx';
import './channel-permissions.css';

/** Who may do what in this channel, where that differs from the roles. */
export function ChannelPermissions(props: { space: Space; channel: ChannelView }) {
  const [open, setOpen] = createSignal('everyone');
  const [busy, setBusy] = createSignal(false);
  const targets = () => [
    'everyone',
    ...props.channel.overrides.map((override) => override.target).filter((target) => target !== 'everyone'),
    ...added(),
  ];
  const [added, setAdded] = createSignal<readonly string[]>([]);
  const params = (target: string) => ({ space: props.space.id, channel: props.channel.id, target });
  const overrideOf = (target: string) =>
    props.channel.overrides.find((override) => override.target === target) ?? { target, allow: [], deny: [] };
  const nameOf = (target: string) => {
    if (target === 'everyone') return 'everyone';
    if (target.startsWith('r_')) return props.space.roles.find((role) => role.id === target)?.name ?? 'Deleted role';
    const member = memberOf(props.space.id, target);
    return member ? nameOfMember(member) : 'Somebody';
  };

  const setPrivate = async (hidden: boolean) => {
    const { allow, deny } = overrideOf('everyone');
    const others = deny.filter((permission) => permission !== 'channel.view');
    setBusy(true);
    await orToast(async () => {
      // Whoever hides a channel from everyone still wants to see it.
      if (hidden && !props.channel.overrides.some((override) => override.target === props.space.me.user.id)) {
        await call(setOverride, {
          params: params(props.space.me.user.id),
          body: { allow: ['channel.view'], deny: [] },
        });
      }
      const body = {
        allow: hidden ? allow.filter((permission) => permission !== 'channel.view') : [...allow],
        deny: hidden ? [...others, 'channel.view' as const] : others,
      };
      if (body.allow.length + body.deny.length > 0) await call(setOverride, { params: params('everyone'), body });
      else await call(removeOverride, { params: params('everyone') });
    });
    setBusy(false);
  };
  const add = (target: string) => {
    if (!targets().includes(target)) setAdded([...added(), target]);
    setOpen(target);
  };
  const choose = (anchor: HTMLElement) =>
    showMenu(anchor, 'Add', [
      ...rankedRoles(props.space)
        .filter((role) => !targets().includes(role.id))
        .map((role) => ({ label: role.name, icon: 'shield' as const, run: () => add(role.id) })),
      'line',
      {
        label: 'A member…',
        icon: 'person',
        run: () =>
          showPickMember(
            (query) => searchMembers(props.space.id, query, 8),
            (member) => add(member.user.id),
          ),
      },
    ]);
  const drop = (target: string) =>
    orToast(async () => {
      setAdded(added().filter((one) => one !== target));
      if (props.channel.overrides.some((override) => override.target === target))
        await call(removeOverride, { params: params(target) });
      setOpen('everyone');
    });
  return (
    <>
      <Switch
        label="Private channel"
        help="Only administrators, and the roles and members that you allow below to view it, see this channel."
        checked={isPrivate(props.channel)}
        disabled={busy()}
        onChange={(hidden) => void setPrivate(hidden)}
      />
      <div class="overrides">
        <nav aria-label="Roles and members">
          <For each={[...new Set(targets())]}>
            {(target) => (
              <button
                type="button"
                class="override-target"
                aria-pressed={open() === target}
                onClick={() => setOpen(target)}
              >
                <Show
                  when={target.startsWith('u_')}
                  fallback={
                    <span
                      class="role-dot"
                      style={{ '--role': cssColor(props.space.roles.find((role) => role.id === target)?.color) }}
                    />
                  }
                >
                  <Avatar id={target} name={nameOf(target)} size={20} />
                </Show>
                <span class="ellipsis">{nameOf(target)}</span>
              </button>
            )}
          </For>
          <button
            type="button"
            class="override-target add"
            aria-haspopup="menu"
            onClick={(event) => choose(event.currentTarget)}
          >
            <Icon name="plus" size={15} />
            Role or member
          </button>
        </nav>
        <div>
          <div class="row">
            <h2 class="grow ellipsis">{nameOf(open())}</h2>
            <Show when={open() !== 'everyone'}>
              <Button small look="ghost" icon="trash" onClick={() => void drop(open())}>
                Remove
              </Button>
            </Show>
          </div>
          <Show when={open()} keyed>
            {(target) => (
              <OverrideEditor
                space={props.space}
                channel={props.channel}
                target={target}
                override={overrideOf(target)}
              />
            )}
          </Show>
        </div>
      </div>
    </>
  );
}
