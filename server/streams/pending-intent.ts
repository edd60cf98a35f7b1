import type { Intent } from '@folkmoot/federation/schemas.ts';
import type { PendingIntent } from '@folkmoot/protocol-spec/schemas/objects.ts';

/** What is shown of an intent that waits for its hub. */
export function pendingOf(row: {
  space: string;
  stream: string;
  id: string;
  type: string;
  line: string;
}): PendingIntent {
  const { ts, ref = [], body } = JSON.parse(row.line) as Intent<{ content?: string }>;
  const channel = row.stream === '_' ? null : row.stream;
  return {
    intent: row.id,
    space: row.space,
    channel,
    type: row.type,
    ...(ref[0] === undefined ? {} : { message: ref[0] }),
    ...(typeof body.content === 'string' ? { content: body.content } : {}),
    ts,
  };
}
