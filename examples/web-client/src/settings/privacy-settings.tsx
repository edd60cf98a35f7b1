import { getPrivacy, setPrivacy } from '@folkmoot/protocol-spec/schemas/client/relationships.ts';
import type { Privacy } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createEffect, createResource, createSignal, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { createDeed } from '../ui/deed.ts';
import { SelectField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { toast } from '../ui/toast.tsx';
import { SaveBar } from './save-bar.tsx';

type Whose = Privacy['found_by'];

const whose = [
  { value: 'everyone', label: 'Everybody' },
  { value: 'acquaintances', label: 'Friends, and people I share a community with' },
  { value: 'nobody', label: 'Nobody' },
];

/** By whom one is found, and whose requests get through. */
export function PrivacySettings() {
  const [kept, { mutate }] = createResource(() => call(getPrivacy));
  const [wanted, setWanted] = createSignal<Privacy>();
  createEffect(() => !kept.error && setWanted(kept()));
  const save = createDeed(async () => {
    mutate(await call(setPrivacy, { body: wanted()! }));
    toast('Privacy saved.');
  });
  const changed = () => wanted()?.found_by !== kept()?.found_by || wanted()?.requests_from !== kept()?.requests_from;
  return (
    <Show when={!kept.error} fallback={<Problem of={kept.error} />}>
      <Show when={wanted()}>
        {(now) => (
          <form class="form" onSubmit={(event) => event.preventDefault()}>
            <SelectField
              label="Who can find you by your handle"
              help="Also from other homeservers. Whoever may not sees the same as for a handle that nobody has."
              value={now().found_by}
              options={whose}
              onChange={(value) => setWanted({ ...now(), found_by: value as Whose })}
            />
            <SelectField
              label="Whose friend and message requests reach you"
              help="Others can ask, but you never hear of it, and they are not told."
              value={now().requests_from}
              options={whose}
              onChange={(value) => setWanted({ ...now(), requests_from: value as Whose })}
            />
            <SaveBar changed={changed()} deed={save} onReset={() => setWanted(kept())} />
          </form>
        )}
      </Show>
    </Show>
  );
}
