import { createEffect, createMemo, lazy, Match, on, onCleanup, onMount, Suspense, Switch } from 'solid-js';
import { connect, disconnect } from '../session/live.ts';
import { findSession, session } from '../session/api.ts';
import { Entry } from '../session/entry.tsx';
import { askServerInfo } from '../session/server-info.ts';
import { sayLeft } from '../spaces/say-left.ts';
import { forgetWorld, world } from '../spaces/world.ts';
import { forgetMessages } from '../messages/open-channels.ts';
import { closeLayers, Layers } from '../ui/layers.tsx';
import { closePopover, Popovers } from '../ui/popover.tsx';
import { Toasts } from '../ui/toast.tsx';
import { keepFocus } from './keep-focus.ts';
import { go, route } from './router.ts';
import { Shell } from './shell.tsx';
import { Ringing } from '../voice/ringing.tsx';
import { Splash } from './splash.tsx';
import { announceMentions, keepTitle } from './title.ts';

const InvitePage = lazy(() => import('../session/invite-page.tsx').then((page) => ({ default: page.InvitePage })));

/** The whole client. */
export function App() {
  onMount(() => {
    void askServerInfo();
    void findSession();
    onCleanup(keepFocus());
  });
  createEffect(
    on(session, (now) => {
      if (now === 'in') connect();
      if (now === 'out') {
        disconnect();
        forgetWorld();
        forgetMessages();
        closeLayers();
      }
    }),
  );
  createEffect(() => {
    const at = route().at;
    if (session() === 'in' && (at === 'login' || at === 'register' || at === 'setup')) go('/', { replace: true });
  });
  createEffect(on(route, () => closePopover()));
  keepTitle();
  announceMentions();
  sayLeft();

  const invite = createMemo(() => {
    const here = route();
    return here.at === 'invite' ? here : undefined;
  });
  return (
    <>
      <Switch fallback={<Splash />}>
        <Match when={session() === 'unreachable'}>
          <Splash unreachable />
        </Match>
        <Match when={session() !== 'asking' && invite()} keyed>
          {(link) => (
            <Suspense fallback={<Splash />}>
              <InvitePage {...link} />
            </Suspense>
          )}
        </Match>
        <Match when={session() === 'out'}>
          <Entry />
        </Match>
        <Match when={session() === 'in' && world.account}>
          <Shell />
          <Ringing />
        </Match>
      </Switch>
      <Layers />
      <Popovers />
      <Toasts />
    </>
  );
}
