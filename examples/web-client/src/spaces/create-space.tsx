import { createSpace, type SpaceTemplate } from '@folkmoot/protocol-spec/schemas/client/spaces.ts';
import type { Static } from 'typebox';
import { createSignal, For } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { call } from '../session/api.ts';
import { ownNames } from '../session/server-info.ts';
import { world } from './world.ts';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { Problem } from '../ui/problem.tsx';
import { inviteLinkOf, pathToInvite } from './invite-link.ts';
import { takeSpace } from './take-space.ts';
import './create-space.css';

type Template = Static<typeof SpaceTemplate>;

const templates: readonly { value: Template; title: string; text: string }[] = [
  { value: 'friends', title: 'Friends', text: 'A place to talk and to plan' },
  { value: 'community', title: 'Community', text: 'Rules, news, several topics, moderators' },
  { value: 'project', title: 'Project', text: 'Announcements, help and development' },
  { value: 'empty', title: 'Empty', text: 'One channel; the rest is up to you' },
];

/** Creates a community, or takes an invite to one. */
export function showCreateSpace(): void {
  showLayer((close) => <CreateSpace close={close} />);
}

function CreateSpace(props: { close: () => void }) {
  const [name, setName] = createSignal('');
  const [description, setDescription] = createSignal('');
  const [template, setTemplate] = createSignal<Template>('friends');
  const [invite, setInvite] = createSignal('');
  const create = createDeed(async () => {
    const space = await call(createSpace, {
      body: {
        name: name().trim(),
        template: template(),
        ...(description().trim() ? { description: description().trim() } : {}),
      },
    });
    takeSpace(space);
    props.close();
    go(pathTo(space.id));
  });
  const follow = () => {
    const link = inviteLinkOf(invite(), ownNames());
    if (!link) return;
    props.close();
    go(pathToInvite(link));
  };
  return (
    <Dialog
      title="Create a community"
      size="wide"
      onClose={props.close}
      onSubmit={() => void create.run()}
      footer={
        <>
          <Button look="ghost" onClick={props.close}>
            Cancel
          </Button>
          <Button look="primary" type="submit" busy={create.busy()} disabled={!name().trim()}>
            Create community
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        required
        maxLength={64}
        autofocus
        placeholder={`${world.account?.display_name ?? 'Our'}'s moot`}
        value={name()}
        onInput={setName}
      />
      <TextField label="What is it about? (optional)" maxLength={1024} value={description()} onInput={setDescription} />
      <fieldset class="templates">
        <legend>Start with</legend>
        <For each={templates}>
          {(one) => (
            <label>
              <input
                type="radio"
                name="template"
                checked={template() === one.value}
                onChange={() => setTemplate(one.value)}
              />
              <strong>{one.title}</strong>
              <span>{one.text}</span>
            </label>
          )}
        </For>
      </fieldset>
      <Problem of={create.problem()} />
      <div class="join-instead">
        <TextField
          label="Or join one with an invite link"
          placeholder={`${location.origin}/invite/…`}
          autocomplete="off"
          value={invite()}
          error={invite().trim() && !inviteLinkOf(invite(), ownNames()) ? 'This is not an invite link.' : undefined}
          onInput={setInvite}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            follow();
          }}
        />
        <Button disabled={!inviteLinkOf(invite(), ownNames())} onClick={follow}>
          Join
        </Button>
      </div>
    </Dialog>
  );
}
