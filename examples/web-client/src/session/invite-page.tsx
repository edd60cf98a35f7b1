import { joinByInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { createEffect, createResource, createSignal, type JSX, Match, on, onMount, Show, Switch } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { isRefusal, sayError } from '../app/say-error.ts';
import type { InviteLink } from '../spaces/invite-link.ts';
import { takeSpace } from '../spaces/take-space.ts';
import { Avatar } from '../ui/avatar.tsx';
import { unlistedHelp } from '../members/unlisted-help.ts';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { Switch as OnOff } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { call, session } from './api.ts';
import { AuthCard } from './auth-card.tsx';
import { LogInForm } from './log-in-form.tsx';
import { OtherHome, rememberedHome } from './other-home.tsx';
import { RegisterForm } from './register-form.tsx';
import { serverInfo } from './server-info.ts';

type Way = 'register' | 'login' | 'elsewhere';

/**
 * An invite link: what it leads to, then log in or register, then the community. Nothing is kept anywhere but in the address,
 * so it survives a reload and opening it anew. `via` is the homeserver of the community where it is another one: that one is
 * only asked for somebody who is logged in here.
 */
export function InvitePage(props: InviteLink) {
  const via = () => (props.via === serverInfo()?.name ? undefined : props.via);
  const asked = () => (via() === undefined || session() === 'in' ? { code: props.code, via: via() } : undefined);
  const [preview] = createResource(asked, ({ code, via }) =>
    call(previewInvite, { params: { code }, query: via ? { via } : {} }),
  );
  const [way, setWay] = createSignal<Way>(via() ? 'login' : rememberedHome() ? 'elsewhere' : 'register');
  const [unlisted, setUnlisted] = createSignal(false);
  const join = createDeed(async () => {
    const hub = via();
    const terms = { ...(hub ? { via: hub } : {}), ...(unlisted() ? { unlisted: true } : {}) };
    const space = await call(joinByInvite, { params: { code: props.code }, body: terms });
    takeSpace(space);
    go(pathTo(space.id), { replace: true });
  });
  // Who logged in or registered on this page, having seen what it leads to, asked to join; anybody else is asked once.
  const cameIn = session() === 'in';
  onMount(() => {
    if (serverInfo()?.registration === 'closed' && way() === 'register') setWay('login');
  });
  createEffect(
    on(session, (now) => {
      if (now === 'in' && !cameIn && !via()) void join.run();
    }),
  );
  const gone = () => isRefusal(preview.error, 'not_found') || isRefusal(preview.error, 'invalid_query');
  const title = () =>
    session() === 'in' || way() === 'register'
      ? 'You are invited'
      : way() === 'login'
        ? 'Log in to join'
        : 'Join from your homeserver';
  const otherWays = () => (
    <Show when={session() === 'out'}>
      <span class="auth-ways">
        <Choice of="register" now={way()} choose={setWay} hidden={serverInfo()?.registration === 'closed'}>
          New here? Create an account
        </Choice>
        <Choice of="login" now={way()} choose={setWay}>
          I have an account here
        </Choice>
        <Choice of="elsewhere" now={way()} choose={setWay} hidden={via() !== undefined}>
          I have an account on another homeserver
        </Choice>
      </span>
    </Show>
  );
  const ways = () => (
    <Switch>
      <Match when={way() === 'login'}>
        <LogInForm />
      </Match>
      <Match when={way() === 'register'}>
        {/* An invite of another homeserver opens no account here. */}
        <RegisterForm invite={via() ? undefined : props.code} />
      </Match>
      <Match when={true}>
        <OtherHome code={props.code} onOwn={() => setWay('login')} />
      </Match>
    </Switch>
  );

  return (
    <Switch>
      <Match when={preview.error}>
        <AuthCard
          title={gone() ? 'This invite does not work' : 'This invite cannot be shown'}
          intro={
            gone()
              ? 'It is used up, expired, revoked or mistyped. Ask for a new one.'
              : via() && isRefusal(preview.error, 'hub_away')
                ? `${via()} cannot be reached at the moment. Try again in a while; the link stays good.`
                : sayError(preview.error)
          }
        >
          <Show when={!gone()}>
            <Button look="primary" icon="retry" onClick={() => location.reload()}>
              Try again
            </Button>
          </Show>
          <Button onClick={() => go('/')}>{session() === 'in' ? 'To your communities' : 'To the log-in'}</Button>
        </AuthCard>
      </Match>
      <Match when={session() === 'out' && via()}>
        {(hub) => (
          <AuthCard
            title={title()}
            intro={
              <>
                You are invited to a community on <strong>{hub()}</strong>.{' '}
                <Show when={serverInfo()}>{(info) => <>Join it with your account on {info().name}.</>}</Show>
              </>
            }
            below={otherWays()}
          >
            {ways()}
          </AuthCard>
        )}
      </Match>
      <Match when={preview()}>
        {(found) => (
          <AuthCard title={title()} below={session() === 'out' ? otherWays() : undefined}>
            <div class="auth-invite">
              <Avatar id={found().space.id} name={found().space.name} size={52} square />
              <div class="grow">
                <strong>{found().space.name}</strong>
                <span class="soft">
                  {found().space.member_count === 1 ? '1 member' : `${found().space.member_count} members`}
                  <Show when={found().inviter}>{(name) => <> · from {name()}</>}</Show>
                </span>
                <Show when={via()}>{(hub) => <span class="auth-hub">on {hub()}</span>}</Show>
              </div>
            </div>
            <Show when={found().space.description}>
              <p class="soft">{found().space.description}</p>
            </Show>
            <Show when={!found().member && way() !== 'elsewhere'}>
              <OnOff label="Stay off the member list" help={unlistedHelp} checked={unlisted()} onChange={setUnlisted} />
            </Show>
            <Show when={session() === 'in'} fallback={ways()}>
              <Problem of={join.problem()} />
              <Button look="primary" busy={join.busy()} onClick={() => void join.run()} autofocus>
                {found().member ? 'Open' : `Join ${found().space.name}`}
              </Button>
              <Button look="ghost" onClick={() => go('/', { replace: true })}>
                Not now
              </Button>
            </Show>
          </AuthCard>
        )}
      </Match>
      <Match when={via() && preview.loading}>
        <AuthCard title="You are invited" intro={`Asking ${via()} what this invite leads to…`}>
          <div class="auth-waiting" role="status" aria-label="Loading" />
        </AuthCard>
      </Match>
    </Switch>
  );
}

function Choice(props: { of: Way; now: Way; hidden?: boolean; choose: (way: Way) => void; children: JSX.Element }) {
  return (
    <Show when={props.now !== props.of && !props.hidden}>
      <button type="button" onClick={() => props.choose(props.of)}>
        {props.children}
      </button>
    </Show>
  );
}
