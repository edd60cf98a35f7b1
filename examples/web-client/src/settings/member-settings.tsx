import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, Show } from 'solid-js';
import { showMemberMenu } from '../members/member-menu.ts';
import { createMemberPages } from '../members/member-pages.ts';
import { memberOf, nameOfMember } from '../members/people.ts';
import { handleOf } from '../members/handle.ts';
import { BotMark } from '../members/marks-of.tsx';
import { showProfile } from '../members/profile-card.tsx';
import { cssColor, rankedRoles } from '../spaces/rights.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { sayDate } from '../ui/time.ts';

/** Members to search through, with their roles and what can be done. */
export function MemberSettings(props: { space: Space }) {
  const [query, setQuery] = createSignal('');
  const [asked, setAsked] = createSignal('');
  const [role, setRole] = createSignal('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pages = createMemberPages(
    () => props.space.id,
    () => ({ ...(asked() ? { query: asked() } : {}), ...(role() ? { role: role() } : {}) }),
  );
  const search = (text: string) => {
    setQuery(text);
    clearTimeout(timer);
    timer = setTimeout(() => setAsked(text.trim()), 200);
  };
  const current = (member: Member) => memberOf(props.space.id, member.user.id) ?? member;
  return (
    <>
      <div class="toolbar">
        <TextField
          label="Search"
          type="search"
          placeholder="Start of a name"
          maxLength={64}
          value={query()}
          onInput={search}
        />
        <SelectField
          label="Role"
          value={role()}
          options={[
            { value: '', label: 'All' },
            ...rankedRoles(props.space).map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={setRole}
        />
      </div>
      <ul class="list">
        <For each={pages.members()}>
          {(member) => (
            <li>
              <Avatar id={member.user.id} name={nameOfMember(current(member))} size={36} />
              <span class="grow">
                <strong>{nameOfMember(current(member))}</strong> <BotMark user={member.user} />{' '}
                <span class="soft">@{handleOf(member.user)}</span>
                <span class="quiet">
                  since {sayDate(member.joined)}
                  {member.user.id === props.space.owner ? ' · owner' : ''}
                  <For each={rankedRoles(props.space).filter((one) => current(member).roles.includes(one.id))}>
                    {(one) => (
                      <>
                        {' · '}
                        <span class="role-name" style={{ '--role': cssColor(one.color) }}>
                          {one.name}
                        </span>
                      </>
                    )}
                  </For>
                </span>
              </span>
              <IconButton
                icon="more"
                label={`What to do with ${nameOfMember(member)}`}
                aria-haspopup="menu"
                onClick={(event) => showMemberMenu(event.currentTarget, props.space, current(member), showProfile)}
              />
            </li>
          )}
        </For>
      </ul>
      <Show when={!pages.loading() && pages.members().length === 0}>
        <p class="list-empty">Nobody has a name like that.</p>
      </Show>
      <Show when={pages.more() && pages.members().length > 0}>
        <Button class="more" busy={pages.loading()} onClick={() => void pages.loadMore()}>
          Show more
        </Button>
      </Show>
    </>
  );
}
