import { createEffect, lazy, Match, on, onCleanup, onMount, Show, Suspense, Switch } from 'solid-js';
import { ChannelPage } from '../messages/channel-page.tsx';
import { HomeSide } from '../people/home-side.tsx';
import { ChannelList } from '../spaces/channel-list.tsx';
import { isDirect } from '../spaces/direct.ts';
import { Home } from '../spaces/home.tsx';
import { channelToOpen, rememberChannel } from '../spaces/last-channel.ts';
import { NoChannel, NoSpace } from '../spaces/nowhere.tsx';
import { SpaceRail } from '../spaces/space-rail.tsx';
import { findChannel, findSpace } from '../spaces/world.ts';
import { VoicePanel } from '../voice/voice-panel.tsx';
import { UserBar } from '../members/user-bar.tsx';
import { voiceNow } from '../voice/voice-now.ts';
import { closeDrawers, isNarrow, places, searchShown, setPlaces } from './drawers.ts';
import { globalKeys } from './keys.ts';
import { HubBanner } from './hub-banner.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { go, pathTo, place, route } from './router.ts';
import { prepareSwitcher } from './show-switcher.ts';
import './shell.css';

// What is opened seldom comes when it is.
const ChannelSettings = lazy(() =>
  import('../settings/channel-settings.tsx').then((page) => ({ default: page.ChannelSettings })),
);
const SpaceSettings = lazy(() =>
  import('../settings/space-settings.tsx').then((page) => ({ default: page.SpaceSettings })),
);
const FriendsPage = lazy(() => import('../people/friends-page.tsx').then((page) => ({ default: page.FriendsPage })));
const RequestsPage = lazy(() => import('../people/requests-page.tsx').then((page) => ({ default: page.RequestsPage })));
const loadSearch = () => import('../search/search-panel.tsx');
const SearchPanel = lazy(() => loadSearch().then((panel) => ({ default: panel.SearchPanel })));
const VoicePage = lazy(() => import('../voice/voice-page.tsx').then((page) => ({ default: page.VoicePage })));
const UserSettings = lazy(() =>
  import('../settings/user-settings.tsx').then((page) => ({ default: page.UserSettings })),
);

/** Everything behind the log-in: communities, channels, the open channel, and the settings above them. */
export function Shell() {
  const spaceId = () => {
    const here = place();
    return here.at === 'space' ? here.space : undefined;
  };
  const space = () => findSpace(spaceId());
  const community = () => (isDirect(space()) ? undefined : space());
  const channelId = () => {
    const here = place();
    return here.at === 'space' ? here.channel : undefined;
  };
  const channel = () => findChannel(spaceId(), channelId());

  createEffect(() => {
    const here = place();
    if (here.at !== 'space' || !space()) return;
    if (!here.channel) {
      // Behind settings that were opened by their address nothing has to be chosen yet.
      if (route().at !== 'space') return;
      const open = channelToOpen(space()!);
      if (open) go(pathTo(here.space, open), { replace: true });
    } else if (channel()?.kind === 'text') rememberChannel(here.space, here.channel);
  });
  createEffect(on(route, closeDrawers, { defer: true }));
  onMount(() => {
    prepareSwitcher();
    // While nobody waits for anything, so that the first letters of a search are not lost.
    setTimeout(() => void loadSearch().catch(() => {}), 2_500);
    addEventListener('keydown', globalKeys);
    onCleanup(() => removeEventListener('keydown', globalKeys));
  });

  const settings = () => {
    const here = route();
    return here.at === 'settings' || here.at === 'space-settings' || here.at === 'channel-settings' ? here : undefined;
  };
  return (
    <div class="shell">
      <div class="shell-under" inert={settings() !== undefined}>
        <div
          class="places"
          classList={{ open: places() }}
          inert={isNarrow() && (!places() || searchShown())}
          id="places"
        >
          <SpaceRail current={community()?.id} />
          <div class="side">
            <Show when={community()} fallback={<HomeSide current={spaceId()} />} keyed={false}>
              {(open) => <ChannelList space={open()} current={channelId()} />}
            </Show>
            <VoicePanel />
            <UserBar />
          </div>
        </div>
        <Show when={isNarrow() && places()}>
          <div class="drawer-shade" onClick={() => setPlaces(false)} />
        </Show>
        <div class="middle" inert={isNarrow() && searchShown()}>
          <ConnectionBanner />
          <HubBanner space={space()} />
          <Show when={isNarrow() && voiceNow.place?.channel !== channelId()}>
            <VoicePanel />
          </Show>
          <Suspense>
            <Switch fallback={<Home />}>
              <Match when={space() && channel()?.kind === 'text' && channelId()} keyed>
                {(id) => <ChannelPage space={space()!} channel={findChannel(spaceId(), id)!} />}
              </Match>
              <Match when={space() && channel()?.kind === 'voice' && channelId()} keyed>
                {(id) => <VoicePage space={space()!} channel={findChannel(spaceId(), id)!} />}
              </Match>
              <Match when={space()}>{(open) => <NoChannel space={open()} wanted={channelId()} />}</Match>
              <Match when={friendsTab()}>{(tab) => <FriendsPage tab={tab()} />}</Match>
              <Match when={place().at === 'requests'}>
                <RequestsPage />
              </Match>
              <Match when={spaceId() || route().at === 'missing'}>
                <NoSpace />
              </Match>
            </Switch>
          </Suspense>
        </div>
        <Show when={searchShown()}>
          <Suspense>
            <SearchPanel />
          </Suspense>
        </Show>
      </div>
      <Suspense>
        <Switch>
          <Match when={route().at === 'settings'}>
            <UserSettings />
          </Match>
          <Match when={route().at === 'space-settings' && community()}>
            {(open) => <SpaceSettings space={open()} />}
          </Match>
          <Match when={route().at === 'channel-settings' && community() && channelOfSettings()}>
            {(open) => <ChannelSettings space={community()!} channel={open()} />}
          </Match>
        </Switch>
      </Suspense>
    </div>
  );
}

function friendsTab() {
  const here = place();
  return here.at === 'friends' ? here.tab : undefined;
}

function channelOfSettings() {
  const here = route();
  return here.at === 'channel-settings' ? findChannel(here.space, here.channel) : undefined;
}
