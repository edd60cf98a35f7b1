import { listAudit } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { AuditEntry } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createEffect, createSignal, For, on, Show } from 'solid-js';
import { memberOf, nameIn, nameOfMember, searchMembers } from '../members/people.ts';
import { call } from '../session/api.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { now } from '../ui/clock.ts';
import { createDeed } from '../ui/deed.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { sayFull, sayMoment } from '../ui/time.ts';
import { auditTypes, auditWords, sayChanges, sayDeed } from './audit-words.ts';
import './audit-settings.css';

/** Who changed what. */
export function AuditSettings(props: { space: Space }) {
  const [entries, setEntries] = createSignal<readonly AuditEntry[]>();
  const [next, setNext] = createSignal<string | null>(null);
  const [type, setType] = createSignal('');
  const [name, setName] = createSignal('');
  const [actor, setActor] = createSignal<{ id: string; name: string }>();
  const [unknown, setUnknown] = createSignal(false);
  const load = createDeed(async (after: string | null) => {
    const page = await call(listAudit, {
      params: { space: props.space.id },
      query: {
        limit: 50,
        ...(after ? { after } : {}),
        ...(type() ? { type: type() } : {}),
        ...(actor() ? { actor: actor()!.id } : {}),
      },
    });
    setEntries(after ? [...(entries() ?? []), ...page.entries] : page.entries);
    setNext(page.next);
  });
  createEffect(on([type, actor], () => void load.run(null)));
  const nameOf = (id: string) => {
    const role = props.space.roles.find((one) => one.id === id);
    const channel = props.space.channels.find((one) => one.id === id);
    const member = id.startsWith('u_') ? memberOf(props.space.id, id) : undefined;
    return role?.name ?? (channel ? `#${channel.name}` : member ? nameOfMember(member) : id);
  };
  const findActor = async () => {
    setUnknown(false);
    if (!name().trim()) return setActor(undefined);
    const [member] = await searchMembers(props.space.id, name().trim().replace(/^@/, ''), 1).catch(() => []);
    setUnknown(!member);
    setActor(member ? { id: member.user.id, name: nameOfMember(member) } : undefined);
  };
  return (
    <>
      <div class="toolbar">
        <SelectField
          label="What"
          value={type()}
          options={[
            { value: '', label: 'Everything' },
            ...auditTypes.map((one) => ({ value: one, label: auditWords[one] })),
          ]}
          onChange={setType}
        />
        <TextField
          label="By whom"
          type="search"
          placeholder="Start of a name, Enter"
          value={name()}
          help={actor() ? `Only ${actor()!.name}` : undefined}
          error={unknown() ? 'No member has a name like that.' : undefined}
          onInput={(value) => {
            setName(value);
            if (!value) void findActor();
          }}
          onKeyDown={(event) => event.key === 'Enter' && void findActor()}
        />
      </div>
      <Problem of={load.problem()} />
      <Show when={entries()?.length === 0}>
        <p class="list-empty">Nothing like that happened yet.</p>
      </Show>
      <ol class="list audit">
        <For each={entries()}>
          {(entry) => (
            <li>
              <Avatar id={entry.actor.id} name={nameIn(props.space.id, entry.actor)} size={32} />
              <div class="grow">
                <p>
                  <strong>{nameIn(props.space.id, entry.actor)}</strong> {sayDeed(entry)}{' '}
                  <Show when={entry.target_name}>
                    <strong>{entry.target_name}</strong>
                  </Show>
                </p>
                <For each={sayChanges(entry.changes, nameOf)}>{(line) => <p class="quiet audit-change">{line}</p>}</For>
                <Show when={entry.reason}>
                  <p class="soft">“{entry.reason}”</p>
                </Show>
              </div>
              <time class="quiet" title={sayFull(entry.ts)}>
                {sayMoment(entry.ts, now())}
              </time>
            </li>
          )}
        </For>
      </ol>
      <Show when={next()}>
        <Button class="more" busy={load.busy()} onClick={() => void load.run(next())}>
          Show more
        </Button>
      </Show>
    </>
  );
}
