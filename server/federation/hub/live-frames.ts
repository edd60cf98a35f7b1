import { lineText } from '@folkmoot/federation/envelope.ts';
import { formatCursor } from '@folkmoot/federation/cursor.ts';
import { liveLimits } from '@folkmoot/protocol-spec/schemas/federation/live.ts';
import type { Reader } from '../../storage/database.ts';
import { findStream, type StoredLine } from '../../streams/lines-store.ts';
import type { HubPorts } from './hub-ports.ts';
import { findSpaceServer, visibleHeads } from './visibility-store.ts';

/** Frames with lines, each within the limit; a line always fits. [LIVE-3] */
export function linesFrames(space: string, stream: string, lines: readonly string[]): Buffer[] {
  const head = `{"op":"lines","space":"${space}","stream":"${stream}"}`;
  const frames: Buffer[] = [];
  let text = head;
  for (const line of lines) {
    if (text.length > head.length && Buffer.byteLength(text) + Buffer.byteLength(line) + 1 > liveLimits.frameBytes) {
      frames.push(Buffer.from(text));
      text = head;
    }
    text += `\n${line}`;
  }
  frames.push(Buffer.from(text));
  return frames;
}

export const storedText = ({ envelope, payload }: StoredLine) => lineText(envelope, payload);

export interface Heads {
  streams: Set<string>;
  withUnlisted: boolean;
  frame: string;
}

/** All that a server may see of a space now. [LIVE-2] */
export async function headsOf(
  reader: Reader,
  ports: Pick<HubPorts, 'findSpace'>,
  space: string,
  server: string,
): Promise<Heads> {
  const [root, channels, found, row] = await Promise.all([
    reader.get(findStream, { space, stream: '_' }),
    reader.all(visibleHeads, { space, server }),
    ports.findSpace(reader, space),
    reader.get(findSpaceServer, { space, server }),
  ]);
  const visible = found && root ? [root, ...channels] : [];
  const streams = Object.fromEntries(visible.map((head) => [head.stream, formatCursor(head)]));
  const withUnlisted = row?.moderates === 1;
  const rights = withUnlisted ? { with_unlisted: true } : {};
  const frame = { op: 'heads', space, member_count: found?.memberCount ?? 0, ...rights, streams };
  return { streams: new Set(Object.keys(streams)), withUnlisted, frame: JSON.stringify(frame) };
}

export const nothingVisible = (space: string) => JSON.stringify({ op: 'heads', space, member_count: 0, streams: {} });
