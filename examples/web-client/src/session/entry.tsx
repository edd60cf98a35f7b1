import { createSignal, Match, Show, Switch } from 'solid-js';
import { route } from '../app/router.ts';
import { AuthCard } from './auth-card.tsx';
import { LogInForm } from './log-in-form.tsx';
import { RegisterForm } from './register-form.tsx';
import { serverInfo } from './server-info.ts';

/**
 * Log-in and registration. The address stays what it is, so that who followed a link into a community stands there afterwards.
 */
export function Entry() {
  const [registers, setRegisters] = createSignal(route().at === 'register');
  const open = () => serverInfo()?.registration !== 'closed';
  const setUp = () => {
    const here = route();
    return here.at === 'setup' ? here.token : undefined;
  };
  const invitation = () => {
    const here = route();
    return here.at === 'register' ? here.invite : undefined;
  };
  return (
    <Switch>
      <Match when={setUp()}>
        {(token) => (
          <AuthCard title="Set up your homeserver" intro="This first account becomes its admin. The link works once.">
            <RegisterForm setUp={token()} />
          </AuthCard>
        )}
      </Match>
      <Match when={registers()}>
        <AuthCard
          title="Create an account"
          intro={<Show when={serverInfo()}>{(info) => <>on {info().name}</>}</Show>}
          below={
            <>
              Have one already?{' '}
              <button type="button" onClick={() => setRegisters(false)}>
                Log in
              </button>
            </>
          }
        >
          <Show
            when={invitation() !== undefined || serverInfo()?.registration !== 'invite'}
            fallback={
              <p class="soft">
                This homeserver takes new accounts by invite only. Open the invite link that you were given.
              </p>
            }
          >
            <Show when={serverInfo()?.set_up === false && invitation() === undefined}>
              <p class="soft">
                This homeserver has no admin yet. Whoever started it becomes the admin by the set-up link that the start
                printed.
              </p>
            </Show>
            <RegisterForm invite={invitation()} />
          </Show>
        </AuthCard>
      </Match>
      <Match when={true}>
        <AuthCard
          title="Welcome to the moot"
          intro={
            <Show when={serverInfo()} fallback="Log in to your homeserver.">
              {(info) => <>Log in on {info().name}.</>}
            </Show>
          }
          below={
            <Show when={open()} fallback="This homeserver does not take new accounts.">
              New here?{' '}
              <button type="button" onClick={() => setRegisters(true)}>
                Create an account
              </button>
            </Show>
          }
        >
          <LogInForm />
        </AuthCard>
      </Match>
    </Switch>
  );
}
