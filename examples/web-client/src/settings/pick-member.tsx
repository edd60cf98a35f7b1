import type { Member } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createResource, createSignal, For, Show } from 'solid-js';
import { nameOfMember } from '../members/people.ts';
import { handleOf } from '../members/handle.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';

/** Chooses one member by the start of the name. */
export function showPickMember(search: (query: string) => Promise<Member[]>, onPick: (member: Member) => void): void {
  showLayer((close) => {
    const [query, setQuery] = createSignal('');
    const [found] = createResource(query, (text) => search(text.trim()).catch(() => []), { initialValue: [] });
    return (
      <Dialog title="Choose a member" onClose={close}>
        <TextField
          label="Name"
          type="search"
          autofocus
          autocomplete="off"
          placeholder="Start of a name"
          value={query()}
          onInput={setQuery}
        />
        <Show
          when={found.latest.length > 0}
          fallback={<p class="soft">{query() ? 'Nobody has a name like that.' : ''}</p>}
        >
          <ul class="list">
            <For each={found.latest}>
              {(member) => (
                <li>
                  <Avatar id={member.user.id} name={nameOfMember(member)} size={30} />
                  <span class="grow">
                    <strong>{nameOfMember(member)}</strong> <span class="soft">@{handleOf(member.user)}</span>
                  </span>
                  <Button
                    small
                    onClick={() => {
                      close();
                      onPick(member);
                    }}
                  >
                    Choose
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </Dialog>
    );
  });
}
