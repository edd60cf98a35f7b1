import {
  type BotEventKind,
  type BotGrant,
  botActions,
  botEventKinds,
} from '@folkmoot/protocol-spec/schemas/bot-grants.ts';
import { admitBot, changeBotGrant } from '@folkmoot/protocol-spec/schemas/client/space-bots.ts';
import type { Space, SpaceBot } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { type Permission, permissions } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { createSignal, For, Show } from 'solid-js';
import { isRefusal } from '../app/say-error.ts';
import { call } from '../session/api.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { Button } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { createDeed } from '../ui/deed.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, Switch, TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { Problem } from '../ui/problem.tsx';
import { sayDate } from '../ui/time.ts';
import { toast } from '../ui/toast.tsx';
import './grant-dialog.css';

type Grant = Omit<BotGrant, 'bot' | 'by' | 'ts'>;

const day = 86_400_000;
const kinds: Record<BotEventKind, string> = {
  message: 'Messages',
  reaction: 'Reactions',
  pin: 'Pins',
  member: 'Members and profiles',
  typing: 'Who is typing',
  presence: 'Who is online',
};
const usual: Grant = {
  channels: 'all',
  events: ['message'],
  content: false,
  actions: ['message.send', 'reaction.add'],
  expires: null,
};

/** Says what a bot may do and see in a community: a new one, or one that is in it. */
export function showGrant(space: Space, bot: SpaceBot | undefined, done: () => void): void {
  showLayer((close) => <GrantDialog space={space} bot={bot} close={close} done={done} />);
}

function GrantDialog(props: { space: Space; bot: SpaceBot | undefined; close: () => void; done: () => void }) {
  const before: Grant = props.bot?.grant ?? usual;
  const [handle, setHandle] = createSignal('');
  const [everywhere, setEverywhere] = createSignal(before.channels === 'all');
  const [channels, setChannels] = createSignal<readonly string[]>(before.channels === 'all' ? [] : before.channels);
  const [content, setContent] = createSignal(before.content);
  const [events, setEvents] = createSignal<readonly BotEventKind[]>(before.events);
  const [actions, setActions] = createSignal<readonly Permission[]>(before.actions);
  const [ends, setEnds] = createSignal(before.expires === null ? '' : 'same');
  const name = () => handle().trim().toLowerCase().replace(/^@/, '');
  const expires = () => (ends() === '' ? null : ends() === 'same' ? before.expires : now() + Number(ends()));
  const grant = (): Grant => ({
    channels: everywhere() ? 'all' : [...channels()],
    events: [...events()],
    content: content(),
    actions: [...actions()],
    expires: expires(),
  });
  const deed = createDeed(async () => {
    const space = props.space.id;
    if (props.bot) await call(changeBotGrant, { params: { space, bot: props.bot.user.id }, body: grant() });
    else await call(admitBot, { params: { space }, body: { bot: name(), grant: grant() } });
    props.close();
    props.done();
    toast(props.bot ? 'The grant counts from now on.' : `${name()} may come in.`);
  });
  const toggled = <T extends string>(list: readonly T[], one: T): T[] =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  return (
    <Dialog
      title={props.bot ? `What ${nameOfUser(props.bot.user)} may` : 'Let a bot in'}
      intro={props.bot ? undefined : 'It joins by itself as soon as you let it in.'}
      size="wide"
      onClose={props.close}
      onSubmit={() => void deed.run()}
      footer={
        <>
          <Button look="ghost" onClick={props.close}>
            Cancel
          </Button>
          <Button
            look="primary"
            type="submit"
            busy={deed.busy()}
            disabled={(!props.bot && name().length < 2) || (!everywhere() && channels().length === 0)}
          >
            {props.bot ? 'Save' : 'Let it in'}
          </Button>
        </>
      }
    >
      <Show when={!props.bot}>
        <TextField
          label="Handle of the bot"
          placeholder="echo or echo@c.example"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          autofocus
          value={handle()}
          error={isRefusal(deed.problem(), 'not_found') ? 'There is no bot of this handle.' : undefined}
          onInput={(value) => (setHandle(value), deed.clear())}
        />
      </Show>
      <Switch
        label="Reads every message"
        help="Otherwise it reads only what mentions it by name, and what it wrote itself."
        checked={content()}
        onChange={setContent}
      />
      <Switch
        label="Is in all channels"
        help="As far as its roles let it see them. Otherwise only in those that you choose."
        checked={everywhere()}
        onChange={setEverywhere}
      />
      <Show when={!everywhere()}>
        <fieldset class="grant-choices">
          <legend>Channels</legend>
          <For each={props.space.channels.filter((channel) => channel.kind !== 'category')}>
            {(channel) => (
              <Choice
                label={`${channel.kind === 'text' ? '#' : ''}${channel.name}`}
                checked={channels().includes(channel.id)}
                onChange={() => setChannels(toggled(channels(), channel.id))}
              />
            )}
          </For>
        </fieldset>
      </Show>
      <fieldset class="grant-choices">
        <legend>May, where its roles allow it too</legend>
        <For each={botActions}>
          {(action) => (
            <Choice
              label={permissions[action].title}
              help={permissions[action].help}
              checked={actions().includes(action)}
              onChange={() => setActions(toggled(actions(), action))}
            />
          )}
        </For>
      </fieldset>
      <fieldset class="grant-choices">
        <legend>Is told of</legend>
        <For each={botEventKinds}>
          {(kind) => (
            <Choice
              label={kinds[kind]}
              checked={events().includes(kind)}
              onChange={() => setEvents(toggled(events(), kind))}
            />
          )}
        </For>
      </fieldset>
      <SelectField
        label="Ends"
        value={ends()}
        options={[
          ...(before.expires === null ? [] : [{ value: 'same', label: `As before, on ${sayDate(before.expires)}` }]),
          { value: '', label: 'When somebody takes it back' },
          { value: String(day), label: 'In a day' },
          { value: String(7 * day), label: 'In 7 days' },
          { value: String(30 * day), label: 'In 30 days' },
          { value: String(365 * day), label: 'In a year' },
        ]}
        onChange={setEnds}
      />
      <Show when={!isRefusal(deed.problem(), 'not_found')}>
        <Problem of={deed.problem()} />
      </Show>
    </Dialog>
  );
}

function Choice(props: { label: string; help?: string; checked: boolean; onChange: () => void }) {
  return (
    <label title={props.help}>
      <input type="checkbox" checked={props.checked} onChange={() => props.onChange()} />
      <span>{props.label}</span>
    </label>
  );
}
