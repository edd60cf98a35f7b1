import {
  createBot,
  createBotToken,
  deleteBot,
  listBots,
  listBotTokens,
  revokeBotToken,
} from '@folkmoot/protocol-spec/schemas/client/bots.ts';
import type { User } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createResource, createSignal, For, Show } from 'solid-js';
import { isRefusal, sayError } from '../app/say-error.ts';
import { call } from '../session/api.ts';
import { nameOfUser } from '../spaces/direct.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { confirm } from '../ui/confirm.tsx';
import { copyText } from '../ui/copy-text.ts';
import { createDeed } from '../ui/deed.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { Problem } from '../ui/problem.tsx';
import { sayDate, sayDistance } from '../ui/time.ts';
import { orToast, toast } from '../ui/toast.tsx';

const aboutHandle = ['bad_handle', 'handle_taken'];

/** Bots that one answers for, with their tokens. */
export function OwnBots() {
  const [bots, { refetch }] = createResource(() => call(listBots).then((answer) => answer.bots));
  const [handle, setHandle] = createSignal('');
  const create = createDeed(async () => {
    const bot = await call(createBot, { body: { handle: handle() } });
    setHandle('');
    await refetch();
    showNewToken(bot, () => void refetch());
  });
  const taken = () => (aboutHandle.some((code) => isRefusal(create.problem(), code)) ? create.problem() : undefined);
  return (
    <div class="stack">
      <p class="soft">
        A bot is an account that a program of yours speaks for, with a token instead of a password. Communities here and
        on other homeservers let it in by its handle and say what it may do.
      </p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void create.run();
        }}
      >
        <TextField
          label="Handle of a new bot"
          placeholder="echo"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          pattern="[a-z0-9_.]{2,32}"
          title="2 to 32 small letters, digits, dots or underscores"
          maxLength={32}
          value={handle()}
          error={taken() ? sayError(taken()) : undefined}
          onInput={(value) => (setHandle(value.toLowerCase()), create.clear())}
        />
        <Problem of={taken() ? undefined : create.problem()} />
        <Button look="primary" type="submit" icon="plus" busy={create.busy()} disabled={handle().length < 2}>
          Make a bot
        </Button>
      </form>
      <Problem of={bots.error} />
      <Show when={!bots.error && bots.latest?.length === 0}>
        <p class="list-empty">You have no bot yet.</p>
      </Show>
      <For each={bots.error ? [] : bots.latest}>{(bot) => <OwnBot bot={bot} onGone={() => void refetch()} />}</For>
    </div>
  );
}

function OwnBot(props: { bot: User; onGone: () => void }) {
  const [tokens, { refetch }] = createResource(() =>
    call(listBotTokens, { params: { bot: props.bot.id } }).then((answer) => answer.tokens),
  );
  const revoke = (token: string) =>
    orToast(async () => {
      await call(revokeBotToken, { params: { bot: props.bot.id, token } });
      toast('The token is dead.');
      await refetch();
    });
  const remove = () =>
    confirm({
      title: `Delete the bot ${nameOfUser(props.bot)}?`,
      text: 'It leaves all communities and its tokens are dead. What it wrote stays.',
      action: 'Delete',
      danger: true,
      run: async () => {
        await call(deleteBot, { params: { bot: props.bot.id } });
        props.onGone();
      },
    });
  return (
    <ul class="list" aria-label={nameOfUser(props.bot)}>
      <li>
        <Avatar id={props.bot.id} name={nameOfUser(props.bot)} size={36} />
        <span class="grow">
          <strong>{nameOfUser(props.bot)}</strong>
          <span class="quiet">
            @{props.bot.handle}@{props.bot.home}
          </span>
        </span>
        <Button small icon="plus" onClick={() => showNewToken(props.bot, () => void refetch())}>
          New token
        </Button>
        <Button small look="ghost" icon="trash" aria-label={`Delete ${nameOfUser(props.bot)}`} onClick={remove}>
          Delete
        </Button>
      </li>
      <For each={tokens.error ? [] : tokens.latest}>
        {(token) => (
          <li>
            <span class="grow">
              {token.name || 'Token'}
              <span class="quiet">
                made {sayDate(token.created)} ·{' '}
                {token.last_used === null ? 'not used yet' : `last used ${sayDistance(token.last_used, now())}`}
              </span>
            </span>
            <Button small onClick={() => void revoke(token.id)}>
              Revoke
            </Button>
          </li>
        )}
      </For>
    </ul>
  );
}

/** Makes a token; it is shown only here. */
function showNewToken(bot: User, done: () => void): void {
  showLayer((close) => {
    const [name, setName] = createSignal('');
    const [token, setToken] = createSignal<string>();
    const make = createDeed(async () => {
      const made = await call(createBotToken, {
        params: { bot: bot.id },
        body: name().trim() ? { name: name().trim() } : {},
      });
      setToken(made.token);
      done();
    });
    return (
      <Dialog
        title={`Token of ${nameOfUser(bot)}`}
        intro="Whoever has it speaks for the bot."
        onClose={close}
        onSubmit={() => (token() ? void copyText(token()!, 'Token copied.') : void make.run())}
        footer={
          <Show
            when={token()}
            fallback={
              <Button look="primary" type="submit" busy={make.busy()}>
                Make token
              </Button>
            }
          >
            <Button look="primary" type="submit" icon="copy" autofocus>
              Copy token
            </Button>
          </Show>
        }
      >
        <Show
          when={token()}
          fallback={
            <TextField
              label="What is it for? (optional)"
              placeholder="at home"
              maxLength={64}
              autofocus
              value={name()}
              onInput={setName}
            />
          }
        >
          {(made) => (
            <>
              <label class="hidden-text" for="bot-token">
                Token
              </label>
              <input
                id="bot-token"
                class="input"
                readonly
                value={made()}
                onFocus={(event) => event.currentTarget.select()}
              />
              <p class="field-help">Copy it now: the homeserver keeps no readable copy.</p>
            </>
          )}
        </Show>
        <Problem of={make.problem()} />
      </Dialog>
    );
  });
}
