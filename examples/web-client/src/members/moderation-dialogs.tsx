import { banUser, kickMember, timeOutMember } from '@folkmoot/protocol-spec/schemas/client/members.ts';
import type { Member, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createSignal, type JSX, Show } from 'solid-js';
import { call } from '../session/api.ts';
import { createDeed } from '../ui/deed.ts';
import { DeedDialog } from '../ui/deed-dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { orToast, toast } from '../ui/toast.tsx';
import { nameOfMember, tellMembers } from './people.ts';

interface Measure {
  title: string;
  text: string;
  action: string;
  done: string;
  more?: () => JSX.Element;
  run: (reason: { reason?: string }) => Promise<unknown>;
}

/** Asks for a reason, which the audit log keeps, and takes a measure against somebody. */
function showMeasure(measure: Measure): void {
  showLayer((close) => {
    const [reason, setReason] = createSignal('');
    const deed = createDeed(async () => {
      await measure.run(reason().trim() ? { reason: reason().trim() } : {});
      close();
      toast(measure.done);
    });
    return (
      <DeedDialog title={measure.title} intro={measure.text} onClose={close} deed={deed} action={measure.action} danger>
        <Show when={measure.more}>{(more) => more()()}</Show>
        <TextField
          label="Reason (optional)"
          help="Stands in the audit log."
          maxLength={512}
          autofocus
          value={reason()}
          onInput={setReason}
        />
      </DeedDialog>
    );
  });
}

export function showKick(space: Space, member: Member): void {
  const name = nameOfMember(member);
  showMeasure({
    title: `Kick ${name}?`,
    text: 'They leave the community and can come back with an invite.',
    action: 'Kick',
    done: `${name} was kicked.`,
    run: (body) => call(kickMember, { params: { space: space.id, user: member.user.id }, body }),
  });
}

const purges = [
  { value: '0', label: 'Delete nothing' },
  { value: '3600', label: 'The last hour' },
  { value: '86400', label: 'The last day' },
  { value: '604800', label: 'The last 7 days' },
];

export function showBan(space: Space, user: UserSummary): void {
  const [purge, setPurge] = createSignal('0');
  showMeasure({
    title: `Ban ${user.display_name}?`,
    text: 'They leave the community and cannot come back until the ban is lifted.',
    action: 'Ban',
    done: `${user.display_name} was banned.`,
    more: () => <SelectField label="Delete what they wrote" value={purge()} options={purges} onChange={setPurge} />,
    run: (body) =>
      call(banUser, {
        params: { space: space.id, user: user.id },
        body: { ...body, ...(purge() === '0' ? {} : { purge_seconds: Number(purge()) }) },
      }),
  });
}

const times = [
  { value: '60', label: '1 minute' },
  { value: '600', label: '10 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '1 week' },
];

export function showTimeout(space: Space, member: Member): void {
  const name = nameOfMember(member);
  const [seconds, setSeconds] = createSignal('600');
  showMeasure({
    title: `Time out ${name}?`,
    text: 'Until it ends they can read, but not write, react or invite.',
    action: 'Time out',
    done: `${name} is timed out.`,
    more: () => <SelectField label="For" value={seconds()} options={times} onChange={setSeconds} />,
    run: async (body) => {
      const until = Date.now() + Number(seconds()) * 1000;
      tellMembers(space.id, [
        await call(timeOutMember, { params: { space: space.id, user: member.user.id }, body: { ...body, until } }),
      ]);
    },
  });
}

export function endTimeout(space: Space, member: Member): void {
  void orToast(async () => {
    tellMembers(space.id, [
      await call(timeOutMember, { params: { space: space.id, user: member.user.id }, body: { until: null } }),
    ]);
    toast(`${nameOfMember(member)} can write again.`);
  });
}
