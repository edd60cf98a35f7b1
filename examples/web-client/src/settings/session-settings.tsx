import { endSession, listSessions } from '@folkmoot/protocol-spec/schemas/client/accounts.ts';
import { createResource, For, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { Button } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { Problem } from '../ui/problem.tsx';
import { sayDate, sayDistance } from '../ui/time.ts';
import { orToast, toast } from '../ui/toast.tsx';

/** Where one is logged in. */
export function SessionSettings() {
  const [sessions, { refetch }] = createResource(() =>
    call(listSessions).then((answer) =>
      answer.sessions.sort((a, b) => Number(b.current) - Number(a.current) || b.last_seen - a.last_seen),
    ),
  );
  const end = async (ids: readonly string[]) => {
    await orToast(async () => {
      for (const session of ids) await call(endSession, { params: { session } });
      toast(ids.length === 1 ? 'Session ended.' : 'Sessions ended.');
    });
    void refetch();
  };
  const others = () => (sessions.error ? [] : (sessions.latest ?? [])).filter((session) => !session.current);
  return (
    <div class="stack">
      <p class="soft">
        Every device and browser where you are logged in. End what you do not know, and change your password then.
      </p>
      <Problem of={sessions.error} />
      <ul class="list">
        <For each={sessions.error ? [] : sessions.latest}>
          {(session) => (
            <li>
              <span class="grow">
                <strong>{session.device || 'Unknown device'}</strong>
                <span class="quiet">
                  {session.current ? 'This device' : `Last seen ${sayDistance(session.last_seen, now())}`} · since{' '}
                  {sayDate(session.created)}
                </span>
              </span>
              <Show when={!session.current}>
                <Button small onClick={() => void end([session.id])}>
                  End
                </Button>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={others().length > 1}>
        <div>
          <Button look="danger" onClick={() => void end(others().map((session) => session.id))}>
            End all other sessions
          </Button>
        </div>
      </Show>
    </div>
  );
}
