import type { OpenHomeserver } from '../homeserver/open-homeserver.ts';
import type { StreamHead } from './export-format.ts';

const PAGE = 500;

interface Place {
  epoch: number;
  seq: number;
}

/** Lines of a stream from its first to the head that was seen, or fewer where some are missing. */
export async function* linesUpTo(homeserver: OpenHomeserver, space: string, head: StreamHead): AsyncGenerator<string> {
  let after: Place | null = null;
  while (after === null || isBefore(after, head)) {
    const { stream } = head;
    const { lines } = await homeserver.call('space.lines', { space, stream, after, limit: PAGE });
    for (const line of lines) {
      const place: Place = placeOf(line);
      if (isBefore(head, place)) return;
      after = place;
      yield line;
    }
    if (lines.length === 0) return;
  }
}

function placeOf(line: string): Place {
  const { ev } = JSON.parse(line) as { ev: Place };
  return { epoch: ev.epoch, seq: ev.seq };
}

const isBefore = (a: Place, b: Place) => a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);
