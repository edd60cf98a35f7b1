import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';
import { facts } from '../show/table.ts';

export const pingServer = (context: Context) =>
  new Command('ping')
    .description('Ask a homeserver how it understands this one: names, TLS, keys, signatures and clocks in one test.')
    .argument('<server>')
    .action(async (server: string) => {
      await using homeserver = await openHomeserver(context);
      if (!homeserver.running) context.say('This homeserver does not run, so one that never met it cannot look it up.');
      const answer = await homeserver.call('federation.ping', { server });
      const { understood, ahead_ms: ahead } = answer;
      context.answer(answer, () =>
        facts([
          ['server', `${answer.server} answered in ${answer.ms} ms`],
          ['its root key', answer.root],
          [
            'its clock',
            Math.abs(ahead) < 1_000 ? 'as ours' : `${Math.abs(ahead)} ms ${ahead > 0 ? 'ahead' : 'behind'}`,
          ],
          ['it knows us as', understood.server],
          ['by the root key', understood.root],
          ['and the signing key', understood.kid],
          ['it was asked', `${understood.method} ${understood.target}`],
        ]),
      );
    });
