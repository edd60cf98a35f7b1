import { deleteMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';
import { closeReport, listReports } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import type { Report } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { go, pathTo } from '../app/router.ts';
import { showBan, showTimeout } from '../members/moderation-dialogs.tsx';
import { memberOf } from '../members/people.ts';
import { reasonWords } from '../moderation/report-words.ts';
import { call } from '../session/api.ts';
import { onEvent } from '../session/live.ts';
import { world } from '../spaces/world.ts';
import { rightsIn, standsAbove } from '../spaces/rights.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { createDeed } from '../ui/deed.ts';
import { showMenu } from '../ui/menu.tsx';
import { Problem } from '../ui/problem.tsx';
import { orToast } from '../ui/toast.tsx';
import { sayDate } from '../ui/time.ts';

/** What members reported and nobody has looked after yet. */
export function ReportSettings(props: { space: Space }) {
  const [reports, setReports] = createSignal<readonly Report[]>();
  const [keptAt, setKeptAt] = createSignal('');
  const load = createDeed(async () => {
    const found = await call(listReports, { params: { space: props.space.id } });
    // Whether somebody stands below decides what the menu offers; it is known by the time that opens.
    for (const { user } of found.reports) memberOf(props.space.id, user.id);
    setReports(found.reports);
    setKeptAt(found.kept_at);
  });
  onMount(() => void load.run());
  onCleanup(onEvent('reports.changed', ({ space }) => space === props.space.id && void load.run()));
  const close = (report: Report, outcome: 'resolved' | 'dismissed') =>
    orToast(async () => {
      await call(closeReport, { params: { space: props.space.id, report: report.id }, body: { outcome } });
      setReports((reports() ?? []).filter(({ id }) => id !== report.id));
    });
  const isElsewhere = () => keptAt() !== '' && keptAt() !== world.account?.home;
  return (
    <div class="stack">
      <Problem of={load.problem()} />
      <Show when={isElsewhere()}>
        <p class="quiet">Reports of this community are kept by {keptAt()}.</p>
      </Show>
      <Show when={reports()?.length === 0}>
        <p class="list-empty">Nothing is reported. Members report from the menu on a message or a name.</p>
      </Show>
      <ul class="list">
        <For each={reports()}>
          {(report) => (
            <li>
              <Avatar id={report.user.id} name={report.user.display_name} size={34} />
              <span class="grow">
                <strong>{report.user.display_name}</strong>{' '}
                <span class="soft">{report.reasons.map((reason) => reasonWords[reason]).join(', ')}</span>
                <Show when={report.said.at(-1)}>{(said) => <span class="quiet">“{shorten(said())}”</span>}</Show>
                <Show when={report.text}>
                  <span class="quiet">They say: {report.text}</span>
                </Show>
                <span class="quiet">
                  {sayDate(report.ts)}
                  <Show when={report.from}>, by somebody of {report.from}</Show>
                </span>
              </span>
              <Show when={report.message}>
                <Button small onClick={() => jumpTo(props.space, report)}>
                  Show
                </Button>
              </Show>
              <Button small onClick={(event) => showDeeds(event.currentTarget, props.space, report, close)}>
                Act
              </Button>
              <Button small look="ghost" onClick={() => void close(report, 'dismissed')}>
                Dismiss
              </Button>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}

function showDeeds(
  anchor: HTMLElement,
  space: Space,
  report: Report,
  close: (report: Report, outcome: 'resolved') => unknown,
): void {
  const rights = rightsIn(space);
  const { channel, message, user } = report;
  const member = memberOf(space.id, user.id);
  const isBelow = member ? standsAbove(space, member) : false;
  showMenu(anchor, 'Report', [
    channel !== null &&
      message !== null &&
      rights.has('message.manage') && {
        label: 'Delete the message',
        icon: 'trash',
        danger: true,
        run: () => orToast(call(deleteMessage, { params: { space: space.id, channel, message } })),
      },
    isBelow &&
      rights.has('member.timeout') && {
        label: 'Time out',
        icon: 'clock',
        danger: true,
        run: () => showTimeout(space, member!),
      },
    (isBelow || member === null) && {
      label: 'Ban',
      icon: 'close',
      danger: true,
      run: () => showBan(space, user),
    },
    'line',
    { label: 'Done: close the report', icon: 'check', run: () => close(report, 'resolved') },
  ]);
}

function jumpTo(space: Space, { channel, message }: Report): void {
  if (channel !== null && message !== null) go(pathTo(space.id, channel, message));
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
