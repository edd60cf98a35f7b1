export interface Block {
  server: string;
  reason?: string;
}

/**
 * A list of blocked homeservers: one name a line, and behind `#` why. Also takes lists with more columns, of which the
 * first is the name.
 */
export function blocksIn(text: string): Block[] {
  const blocks = new Map<string, Block>();
  for (const line of text.split(/\r?\n/)) {
    const [before = ''] = line.split('#', 1);
    const [name = ''] = before.trim().split(/[,;\s]/, 1);
    const reason = line.slice(before.length + 1).trim();
    const server = name.slice(0, 300);
    if (server === '' || (blocks.has(server) && !(reason && !blocks.get(server)?.reason))) continue;
    blocks.set(server, { server, ...(reason === '' ? {} : { reason: reason.slice(0, LONGEST) }) });
  }
  return [...blocks.values()];
}

/** What is longer says no more to anybody; the homeserver cuts it again where it has to. */
const LONGEST = 2_048;

export const lineOf = ({ server, reason }: { server: string; reason: string | null }) =>
  reason === null ? server : `${server}  # ${reason}`;
