import { joinByInvite, previewInvite } from '@folkmoot/protocol-spec/schemas/client/invites.ts';
import { createEffect, createResource, createSignal, Match, on, onMount, Show, Switch } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { isRefusal, sayError } from '../app/say-error.ts';
import { takeSpace } from '../spaces/take-space.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { Problem } from '../ui/problem.tsx';
import { call, session } from './api.ts';
import { AuthCard } from './auth-card.tsx';
import { LogInForm } from './log-in-form.tsx';
import { RegisterForm } from './register-form.tsx';
import { serverInfo } from './server-info.ts';

/**
 * An invite link: what it leads to, then log in or register, then the community. Nothing is kept anywhere but in the address,
 * so it survives a reload and opening it anew.
 */
export function InvitePage(props: { code: string }) {
  const [preview] = createResource(
    () => props.code,
    (code) => call(previewInvite, { params: { code } }),
  );
  const [way, setWay] = createSignal<'register' | 'login'>('register');
  const join = createDeed(async () => {
    const space = await call(joinByInvite, { params: { code: props.code } });
    takeSpace(space);
    go(pathTo(space.id), { replace: true });
  });
  // Whoever logged in or registered on this page asked to join by coming here; who was logged in before is asked once.
  const cameIn = session() === 'in';
  onMount(() => {
    if (serverInfo()?.registration === 'closed') setWay('login');
  });
  createEffect(
    on(session, (now) => {
      if (now === 'in' && !cameIn) void join.run();
    }),
  );
  const gone = () => isRefusal(preview.error, 'not_found') || isRefusal(preview.error, 'invalid_query');

  return (
    <Switch>
      <Match when={preview.error}>
        <AuthCard
          title={gone() ? 'This invite does not work' : 'This invite cannot be shown'}
          intro={gone() ? 'It is used up, expired, revoked or mistyped. Ask for a new one.' : sayError(preview.error)}
        >
          <Button onClick={() => go('/')}>{session() === 'in' ? 'To your communities' : 'To the log-in'}</Button>
        </AuthCard>
      </Match>
      <Match when={preview()}>
        {(found) => (
          <AuthCard
            title={session() === 'in' ? 'You are invited' : way() === 'register' ? 'You are invited' : 'Log in to join'}
            below={
              <Show when={session() === 'out'}>
                {way() === 'register' ? 'Have an account here? ' : 'New here? '}
                <button type="button" onClick={() => setWay(way() === 'register' ? 'login' : 'register')}>
                  {way() === 'register' ? 'Log in' : 'Create an account'}
                </button>
              </Show>
            }
          >
            <div class="auth-invite">
              <Avatar id={found().space.id} name={found().space.name} size={52} square />
              <div class="grow">
                <strong>{found().space.name}</strong>
                <span class="soft">
                  {found().space.member_count === 1 ? '1 member' : `${found().space.member_count} members`}
                  <Show when={found().inviter}>{(name) => <> · from {name()}</>}</Show>
                </span>
              </div>
            </div>
            <Show when={found().space.description}>
              <p class="soft">{found().space.description}</p>
            </Show>
            <Show
              when={session() === 'in'}
              fallback={
                <Show when={way() === 'register'} fallback={<LogInForm />}>
                  <RegisterForm invite={props.code} />
                </Show>
              }
            >
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
    </Switch>
  );
}
