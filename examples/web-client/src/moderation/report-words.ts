import type { ReportReason } from '@folkmoot/protocol-spec/schemas/moderation.ts';

/** What the reasons of a report are called. */
export const reasonWords: Record<ReportReason, string> = {
  spam: 'Spam',
  harassment: 'Harassment',
  hate: 'Hate',
  sexual: 'Sexual content',
  violence: 'Violence or threats',
  self_harm: 'Self-harm',
  illegal: 'Something illegal',
  other: 'Something else',
};
