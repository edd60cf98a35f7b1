import type { OpenHomeserver } from '../homeserver/open-homeserver.ts';
import { linesUpTo } from '../space/stream-lines.ts';
import type { Progress } from '../show/progress.ts';
import type { Verified } from './verified.ts';
import { SpaceCheck } from './space-check.ts';

/** Checks a community as the homeserver has it stored. */
export async function verifySpace(homeserver: OpenHomeserver, named: string, progress: Progress): Promise<Verified> {
  const { space, name, key_document, followed, streams } = await homeserver.call('space.streams', { space: named });
  let check: SpaceCheck | undefined;
  let lines = 0;
  // `_` was made before the others, so it comes first.
  for (const head of streams) {
    for await (const line of linesUpTo(homeserver, space, head)) {
      check ??= new SpaceCheck(space, line, key_document, followed);
      check.check(head.stream, line, null);
      lines++;
      progress.tell(() => `${lines} lines checked`);
    }
  }
  check ??= new SpaceCheck(space, '', null);
  check.finish(streams);
  return { space, name, check };
}
