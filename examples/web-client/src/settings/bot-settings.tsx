import { listSpaceBots, revokeBot } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import { botEventKinds } from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { type Permission, titleOfPermission } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import type { Space, SpaceBot } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createResource, For, onCleanup, Show } from 'solid-js';
import { handleOf } from '../members/handle.ts';
import { BotMark } from '../members/marks-of.tsx';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { confirm } from '../ui/confirm.tsx';
import { Problem } from '../ui/problem.tsx';
import { sayDate } from '../ui/time.ts';
import { toast } from '../ui/toast.tsx';
import { showGrant } from './grant-dialog.tsx';

/** Programs that a community lets in, and what each may do and see. */
export function BotSettings(props: { space: Space }) {
  const [bots, { refetch }] = createResource(() =>
    call(listSpaceBots, { params: { space: props.space.id } }).then((answer) => answer.bots),
  );
  const again = ({ space }: { space: string }) => space === props.space.id && void refetch();
  const ends = [onEvent('bot.granted', again), onEvent('bot.revoked', again), onEvent('member.joined', again)];
  onCleanup(() => ends.forEach((end) => end()));
  const shown = () => (bots.error ? [] : (bots.latest ?? []));
  return (
    <div class="stack">
      <p class="soft">
        A bot is a program with an account, here or on another homeserver. It may do what its roles and its grant both
        allow, and is out at once when you take the grant back.
      </p>
      <div>
        <Button look="primary" icon="plus" onClick={() => showGrant(props.space, undefined, () => void refetch())}>
          Let a bot in
        </Button>
      </div>
      <Problem of={bots.error} />
      <Show when={!bots.error && bots.latest?.length === 0}>
        <p class="list-empty">No bot is here. Whoever runs one tells you its handle, like echo@c.example.</p>
      </Show>
      <ul class="list">
        <For each={shown()}>
          {(bot) => (
            <li>
              <Avatar id={bot.user.id} name={nameOfUser(bot.user)} size={36} />
              <span class="grow">
                <strong>{nameOfUser(bot.user)}</strong> <BotMark user={bot.user} />{' '}
                <span class="soft">@{handleOf(bot.user)}</span>
                <span class="quiet">{sayGrant(bot, props.space)}</span>
              </span>
              <Button small onClick={() => showGrant(props.space, bot, () => void refetch())}>
                Change
              </Button>
              <Button small look="danger" onClick={() => askToRevoke(props.space, bot, () => void refetch())}>
                Take back
              </Button>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}

function sayGrant({ grant, member }: SpaceBot, space: Space): string {
  const channels = grant.channels === 'all' ? [] : grant.channels;
  return [
    member ? '' : 'has not joined yet',
    grant.content ? 'reads everything' : 'reads only what mentions it',
    grant.channels === 'all'
      ? 'in all channels'
      : `in ${space.channels
          .filter((channel) => channels.includes(channel.id))
          .map((channel) => `#${channel.name}`)
          .join(', ')}`,
    `may: ${sayActions(grant.actions)}`,
    grant.events.length === botEventKinds.length ? 'is told of everything' : '',
    grant.expires === null ? '' : `until ${sayDate(grant.expires)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function sayActions(actions: readonly Permission[]): string {
  const [first, ...others] = actions.map((action) => titleOfPermission(action)?.toLowerCase() ?? action);
  if (first === undefined) return 'nothing';
  return others.length > 2 ? `${first} and ${others.length} other things` : [first, ...others].join(', ');
}

function askToRevoke(space: Space, { user }: SpaceBot, done: () => void): void {
  confirm({
    title: `Take back the grant of ${nameOfUser(user)}?`,
    text: 'It is out at this moment. What it wrote stays; to come back it needs a new grant.',
    action: 'Take back',
    danger: true,
    run: async () => {
      await call(revokeBot, { params: { space: space.id, bot: user.id } });
      toast(`${nameOfUser(user)} is out.`);
      done();
    },
  });
}
