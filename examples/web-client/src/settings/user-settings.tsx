import { logOut } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { Match, Switch } from 'solid-js';
import { showKeyHelp } from '../app/key-help.tsx';
import { go, route } from '../app/router.ts';
import { call, loggedOut } from '../session/api.ts';
import { world } from '../spaces/world.ts';
import { Button } from '../ui/button.tsx';
import { orToast } from '../ui/toast.tsx';
import { AppearanceSettings } from './appearance-settings.tsx';
import { AccountSettings } from './account-settings.tsx';
import { CallQuality } from './call-quality.tsx';
import { NotificationSettings } from './notification-settings.tsx';
import { OwnBots } from './own-bots.tsx';
import { PresenceSettings } from './presence-settings.tsx';
import { PrivacySettings } from './privacy-settings.tsx';
import { ProfileSettings } from './profile-settings.tsx';
import { SessionSettings } from './session-settings.tsx';
import { SettingsFrame, type SettingsTab } from './settings-frame.tsx';
import { VoiceSettingsPage } from './voice-settings.tsx';

const tabs = (): SettingsTab[] => [
  { id: 'profile', title: 'Profile' },
  { id: 'presence', title: 'Status' },
  { id: 'appearance', title: 'Appearance' },
  { id: 'notifications', title: 'Notifications' },
  { id: 'voice', title: 'Voice' },
  { id: 'privacy', title: 'Privacy' },
  { id: 'sessions', title: 'Sessions' },
  { id: 'bots', title: 'Bots' },
  { id: 'account', title: 'Account' },
  { id: 'call-quality', title: 'Call quality', shown: world.account?.admin ?? false },
];

/** What a person sets for itself. */
export function UserSettings() {
  const tab = () => {
    const here = route();
    return here.at === 'settings' ? here.tab : 'profile';
  };
  const leave = () =>
    orToast(async () => {
      await call(logOut);
      loggedOut();
      go('/', { replace: true });
    });
  return (
    <SettingsFrame
      title="You"
      base="/settings"
      tabs={tabs()}
      current={tab()}
      footer={
        <>
          <Button icon="keyboard" look="ghost" onClick={showKeyHelp}>
            Keyboard
          </Button>
          <Button icon="leave" look="ghost" onClick={() => void leave()}>
            Log out
          </Button>
        </>
      }
    >
      <Switch fallback={<ProfileSettings />}>
        <Match when={tab() === 'presence'}>
          <PresenceSettings />
        </Match>
        <Match when={tab() === 'appearance'}>
          <AppearanceSettings />
        </Match>
        <Match when={tab() === 'notifications'}>
          <NotificationSettings />
        </Match>
        <Match when={tab() === 'voice'}>
          <VoiceSettingsPage />
        </Match>
        <Match when={tab() === 'privacy'}>
          <PrivacySettings />
        </Match>
        <Match when={tab() === 'sessions'}>
          <SessionSettings />
        </Match>
        <Match when={tab() === 'bots'}>
          <OwnBots />
        </Match>
        <Match when={tab() === 'call-quality' && world.account?.admin}>
          <CallQuality />
        </Match>
        <Match when={tab() === 'account'}>
          <AccountSettings onLogOut={() => void leave()} />
        </Match>
      </Switch>
    </SettingsFrame>
  );
}
