import {
  listStreamTokens,
  revokeStreamToken,
  type StreamToken,
} from '@folkmoot/protocol-spec/schemas/client/stream-tokens.ts';
import type { Channel, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createResource, createSignal, For, Show } from 'solid-js';
import { nameIn } from '../members/people.ts';
import { call } from '../session/api.ts';
import { voice } from '../session/live.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { sayMoment } from '../ui/time.ts';
import { orToast } from '../ui/toast.tsx';
import { sayVoiceError } from './say-voice-error.ts';
import './stream-dialog.css';

interface StreamDialogProps {
  space: Space;
  channel: Channel;
  close: () => void;
}

/** Makes addresses for OBS and other programs that send into a voice channel, or for players that watch it. */
export function showStreamDialog(space: Space, channel: Channel): void {
  showLayer((close) => <StreamDialog space={space} channel={channel} close={close} />);
}

function StreamDialog(props: StreamDialogProps) {
  const place = () => ({ space: props.space.id, channel: props.channel.id });
  const [made, setMade] = createSignal<{ kind: StreamToken['kind']; url: string; token: string }>();
  const [problem, setProblem] = createSignal<string>();
  const [tokens, { refetch }] = createResource(
    async () => (await call(listStreamTokens, { params: place() }).catch(() => undefined))?.tokens ?? [],
    { initialValue: [] },
  );
  const make = async (kind: StreamToken['kind']) => {
    setProblem(undefined);
    try {
      const { url, token } = await voice(kind === 'send' ? 'stream_token' : 'watch_token', place());
      setMade({ kind, url, token });
      void refetch();
    } catch (error) {
      setProblem(sayVoiceError(error));
    }
  };
  const revoke = async ({ id }: StreamToken) => {
    await orToast(() => call(revokeStreamToken, { params: { ...place(), token: id } }));
    void refetch();
  };
  return (
    <Dialog
      title={`Stream into ${props.channel.name}`}
      intro="OBS and other programs send a picture and its sound into the channel by WHIP; players watch it by WHEP."
      onClose={props.close}
    >
      <div class="row stream-kinds">
        <Button icon="screen" onClick={() => void make('send')}>
          Stream with OBS
        </Button>
        <Button icon="float" onClick={() => void make('watch')}>
          Watch in a player
        </Button>
      </div>
      <Show when={problem()}>
        <p class="field-error" role="alert">
          {problem()}
        </p>
      </Show>
      <Show when={made()}>
        {(now) => (
          <>
            <p class="field-help">
              {now().kind === 'send'
                ? 'In OBS: Settings, Stream, service WHIP. You are in voice once, so the stream takes the place of your call.'
                : 'For any player that speaks WHEP. It shows screens and their sound, and nobody’s microphone.'}
            </p>
            <CopyField label={now().kind === 'send' ? 'Server' : 'Address'} value={now().url} />
            <CopyField label="Bearer token" value={now().token} />
            <p class="field-help">Copy it now: it is shown only here. Whoever has it can use it in your name.</p>
          </>
        )}
      </Show>
      <Show when={tokens.latest.length > 0}>
        <section class="stream-tokens" aria-label="Tokens that are there">
          <For each={tokens.latest}>
            {(token) => (
              <p>
                <span class="grow">
                  {token.kind === 'send' ? 'Sends' : 'Watches'} for {nameIn(props.space.id, token.user)}, until{' '}
                  {sayMoment(token.expires, Date.now())}
                  {token.open > 0 ? ', in use now' : ''}
                </span>
                <Button small icon="trash" onClick={() => void revoke(token)}>
                  Revoke
                </Button>
              </p>
            )}
          </For>
        </section>
      </Show>
    </Dialog>
  );
}

function CopyField(props: { label: string; value: string }) {
  return (
    <Field label={props.label}>
      {(attributes) => (
        <div class="row">
          <input
            {...attributes}
            class="input stream-value"
            readonly
            value={props.value}
            onFocus={(event) => event.currentTarget.select()}
          />
          <Button icon="copy" onClick={() => void copyText(props.value, `${props.label} copied.`)}>
            Copy
          </Button>
        </div>
      )}
    </Field>
  );
}
