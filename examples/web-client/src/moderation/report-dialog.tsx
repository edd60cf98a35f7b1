import { reportMessage, reportUser } from '@folkmoot/protocol-spec/schemas/client/reports.ts';
import type { ReportReason } from '@folkmoot/protocol-spec/schemas/moderation.ts';
import type { Message, Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import type { UserSummary } from '@folkmoot/protocol-spec/schemas/people.ts';
import { createSignal } from 'solid-js';
import { call } from '../session/api.ts';
import { isDirect } from '../spaces/direct.ts';
import { createDeed } from '../ui/deed.ts';
import { DeedDialog } from '../ui/deed-dialog.tsx';
import { SelectField, TextArea } from '../ui/field.tsx';
import { showLayer } from '../ui/layers.tsx';
import { toast } from '../ui/toast.tsx';
import { reasonWords } from './report-words.ts';

type Complaint = { reasons: ReportReason[]; text?: string };

const options = Object.entries(reasonWords).map(([value, label]) => ({ value, label }));

function showReport(title: string, intro: string, send: (complaint: Complaint) => Promise<unknown>): void {
  showLayer((close) => {
    const [reason, setReason] = createSignal<ReportReason>('spam');
    const [text, setText] = createSignal('');
    const deed = createDeed(async () => {
      await send({ reasons: [reason()], ...(text().trim() ? { text: text().trim() } : {}) });
      close();
      toast('Reported. Thank you.');
    });
    return (
      <DeedDialog title={title} intro={intro} onClose={close} deed={deed} action="Report" danger>
        <SelectField
          label="What is wrong"
          value={reason()}
          options={options}
          onChange={(value) => setReason(value as ReportReason)}
        />
        <TextArea label="In your words (optional)" maxLength={1_024} value={text()} onInput={setText} />
      </DeedDialog>
    );
  });
}

const silence = 'Only the admins of your own homeserver can see that it was you.';

/** Asks what is wrong with a message, and reports it. */
export function showReportMessage(space: Space, channel: { id: string }, { id: message, author }: Message): void {
  const params = { space: space.id, channel: channel.id, message };
  const readers = isDirect(space)
    ? 'The admins of your homeserver and of theirs'
    : 'The moderators here and the admins of the homeservers';
  showReport(
    `Report this message of ${author.display_name}?`,
    `${readers} get the message with your report. ${silence}`,
    (body) => call(reportMessage, { params, body }),
  );
}

/** Asks what is wrong with somebody; moderators of a community get it, where it is named. */
export function showReportUser(user: UserSummary, space?: Space): void {
  const community = space && !isDirect(space) ? { space: space.id } : {};
  showReport(
    `Report ${user.display_name}?`,
    `To report a message, use the menu on that message: it is then sent along. ${silence}`,
    (complaint) => call(reportUser, { params: { user: user.id }, body: { ...complaint, ...community } }),
  );
}
