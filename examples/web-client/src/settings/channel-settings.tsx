import type { ChannelView, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Match, Switch } from 'solid-js';
import { pathTo, route } from '../app/router.ts';
import { askToDeleteChannel } from '../spaces/channel-menu.ts';
import { Button } from '../ui/button.tsx';
import { ChannelOverview } from './channel-overview.tsx';
import { ChannelPermissions } from './channel-permissions.tsx';
import { SettingsFrame } from './settings-frame.tsx';

const tabs = [
  { id: 'overview', title: 'Overview' },
  { id: 'permissions', title: 'Permissions' },
];

/** Settings of one channel. */
export function ChannelSettings(props: { space: Space; channel: ChannelView }) {
  const tab = () => {
    const here = route();
    return here.at === 'channel-settings' ? here.tab : 'overview';
  };
  return (
    <SettingsFrame
      title={props.channel.kind === 'text' ? `#${props.channel.name}` : props.channel.name}
      base={`${pathTo(props.space.id, props.channel.id)}/settings`}
      tabs={tabs}
      current={tab()}
      footer={
        <Button icon="trash" look="ghost" onClick={() => askToDeleteChannel(props.space, props.channel)}>
          Delete channel
        </Button>
      }
    >
      <Switch fallback={<ChannelOverview space={props.space} channel={props.channel} />}>
        <Match when={tab() === 'permissions'}>
          <ChannelPermissions space={props.space} channel={props.channel} />
        </Match>
      </Switch>
    </SettingsFrame>
  );
}
