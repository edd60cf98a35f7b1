import type { Reader } from '../../storage/database.ts';
import type { StoredLine } from '../../streams/lines-store.ts';
import { type BotViewer, isWithheld } from './bot-viewers.ts';
import { type HiddenLine, hiddenAmong, keptFrom } from './hidden-members.ts';
import type { HubPorts } from './hub-ports.ts';
import { lineFor } from './line-text.ts';
import { linesFrames } from './live-frames.ts';
import { hiddenTest } from './visibility-store.ts';

interface OwnFrames {
  server: string;
  space: string;
  stream: string;
  lines: readonly StoredLine[];
  /** Those of the lines that are not for everybody, in `_`. */
  hidden: readonly HiddenLine[];
  /** Bots for which alone the server sees the stream. */
  bots: readonly BotViewer[] | undefined;
}

/** Those of lines of `_` that are not for everybody. */
export async function hiddenIn(
  reader: Reader,
  ports: Pick<HubPorts, 'hidesMembersIn'>,
  space: string,
  lines: readonly StoredLine[],
): Promise<readonly HiddenLine[]> {
  const [first] = lines;
  return first && ports.hidesMembersIn(space) ? hiddenAmong(reader, first.stream_no, lines) : [];
}

/** The frames of a server from which some of the lines are hidden or withheld; undefined where none is. */
export async function ownFrames(
  reader: Reader,
  { server, space, stream, lines, hidden, bots }: OwnFrames,
): Promise<Buffer[] | undefined> {
  const isHidden =
    stream === '_'
      ? await keptFrom(reader, { space, server }, hidden)
      : await hiddenTest(reader, { server, stream_no: lines[0]!.stream_no });
  const isKept = (line: StoredLine) => bots !== undefined && isWithheld(bots, line);
  if (!lines.some((line) => isHidden(line) || isKept(line))) return undefined;
  const texts = lines.map((line) => lineFor(line, isHidden(line), isKept(line)));
  return linesFrames(space, stream, texts);
}
