import { positionAt } from '@folkmoot/federation/ids.ts';
import type { Homeserver } from '../app.ts';
import { eventOf } from '../streams/space-log.ts';
import type { Members } from './crowd.ts';

const TOGETHER = 256;

/** Writes that many lines into the channel of a crowd: of ten, eight messages, an edit and a reaction. */
export async function seedHistory(
  { committer, spaceLog }: Homeserver,
  { space, channel, users }: Members,
  count: number,
): Promise<void> {
  let ref: string[] = [];
  for (let written = 0; written < count; ) {
    await committer.commit(async (tx) => {
      for (const end = Math.min(count, written + TOGETHER); written < end; written++) {
        const actor = users[Math.floor(written / 10) % users.length] ?? '';
        const at = { actor, space, stream: channel };
        const kind = written % 10;
        if (kind === 8 && ref.length > 0)
          await spaceLog.submit(tx, { ...at, type: 'message.update', ref, body: { content: `edited ${written}` } });
        else if (kind === 9 && ref.length > 0)
          await spaceLog.submit(tx, { ...at, type: 'reaction.add', ref, body: { emoji: '👍' } });
        else {
          const body = { content: `message ${written} ${'x'.repeat(100)}` };
          ref = [positionAt(eventOf(await spaceLog.submit(tx, { ...at, type: 'message.create', ref: [], body })))];
        }
      }
    });
  }
}
