import { lineText } from '@folkmoot/federation/envelope.ts';
import { positionOf } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { findChannelRow } from '../spaces/space-store.ts';
import type { Reader } from '../storage/database.ts';
import { findLine } from '../streams/lines-store.ts';
import { editsOf } from './message-events.ts';
import { findMessage } from './message-store.ts';

/** A message and its newest edits as they were signed; undefined where it is deleted or unknown. */
export async function evidenceOf(
  reader: Reader,
  at: { space: string; channel: string; message: string; lines: number },
): Promise<{ author: string; lines: string[] } | undefined> {
  const channel = await reader.get(findChannelRow, { space: at.space, channel: at.channel });
  if (!channel) return undefined;
  const { stream_no } = channel;
  const row = await reader.get(findMessage, { stream_no, ...positionOf(at.message) });
  if (!row || row.deleted === 1) return undefined;
  const lines = [];
  for (const position of [at.message, ...editsOf(row).slice(1 - at.lines)]) {
    const line = await reader.get(findLine, { stream_no, ...positionOf(position) });
    if (line && line.payload !== null) lines.push(lineText(line.envelope, line.payload));
  }
  return { author: row.author, lines };
}
