import { Command } from 'commander';
import type { Context } from '../context.ts';
import { answerFindings } from '../doctor/answer-findings.ts';
import { openHomeserver } from '../homeserver/open-homeserver.ts';

export const examineFederation = (context: Context) =>
  new Command('doctor')
    .description(
      'Look at this homeserver as others see it: name, DNS, TLS, key document, proxy, live connections, clock.',
    )
    .action(async () => {
      await using homeserver = await openHomeserver(context);
      if (!homeserver.running) context.say('This homeserver does not run, so nobody can reach it now.');
      answerFindings(context, await homeserver.call('federation.doctor', {}));
    });
