import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { Match, Switch } from 'solid-js';
import { pathTo, route } from '../app/router.ts';
import { rightsIn } from '../spaces/rights.ts';
import { AuditSettings } from './audit-settings.tsx';
import { BanSettings } from './ban-settings.tsx';
import { BotSettings } from './bot-settings.tsx';
import { ChannelsSettings } from './channels-settings.tsx';
import { DangerSettings } from './danger-settings.tsx';
import { InviteSettings } from './invite-settings.tsx';
import { MemberSettings } from './member-settings.tsx';
import { OverviewSettings } from './overview-settings.tsx';
import { ReportSettings } from './report-settings.tsx';
import { RoleSettings } from './role-settings.tsx';
import { ServerSettings } from './server-settings.tsx';
import { SettingsFrame } from './settings-frame.tsx';

/** Settings of a community, as far as the person may see them. */
export function SpaceSettings(props: { space: Space }) {
  const tab = () => {
    const here = route();
    return here.at === 'space-settings' ? here.tab : 'overview';
  };
  const rights = () => rightsIn(props.space);
  const tabs = () => [
    { id: 'overview', title: 'Overview' },
    { id: 'channels', title: 'Channels', shown: rights().has('channel.manage') },
    { id: 'roles', title: 'Roles', shown: rights().has('role.manage') },
    { id: 'members', title: 'Members' },
    { id: 'invites', title: 'Invites', shown: rights().has('invite.create') || rights().has('invite.manage') },
    { id: 'bots', title: 'Bots', shown: rights().has('space.manage') },
    { id: 'reports', title: 'Reports', shown: rights().has('member.ban') },
    { id: 'bans', title: 'Bans', shown: rights().has('member.ban') },
    { id: 'servers', title: 'Homeservers', shown: rights().has('member.ban') },
    { id: 'audit', title: 'Audit log', shown: rights().has('audit.view') },
    { id: 'danger', title: 'Leave and delete', danger: true },
  ];
  return (
    <SettingsFrame title={props.space.name} base={`${pathTo(props.space.id)}/settings`} tabs={tabs()} current={tab()}>
      <Switch fallback={<OverviewSettings space={props.space} />}>
        <Match when={tab() === 'channels'}>
          <ChannelsSettings space={props.space} />
        </Match>
        <Match when={tab() === 'roles'}>
          <RoleSettings space={props.space} />
        </Match>
        <Match when={tab() === 'members'}>
          <MemberSettings space={props.space} />
        </Match>
        <Match when={tab() === 'invites'}>
          <InviteSettings space={props.space} />
        </Match>
        <Match when={tab() === 'bots'}>
          <BotSettings space={props.space} />
        </Match>
        <Match when={tab() === 'reports'}>
          <ReportSettings space={props.space} />
        </Match>
        <Match when={tab() === 'bans'}>
          <BanSettings space={props.space} />
        </Match>
        <Match when={tab() === 'servers'}>
          <ServerSettings space={props.space} />
        </Match>
        <Match when={tab() === 'audit'}>
          <AuditSettings space={props.space} />
        </Match>
        <Match when={tab() === 'danger'}>
          <DangerSettings space={props.space} />
        </Match>
      </Switch>
    </SettingsFrame>
  );
}
