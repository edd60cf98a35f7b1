import { Command } from 'commander';
import { systemClock } from '@folkmoot/server/base/clock.ts';
import { createLog } from '@folkmoot/server/base/log.ts';
import { connectToHomeserver } from '../homeserver/socket-client.ts';
import type { Context } from '../context.ts';
import { answerFindings } from './answer-findings.ts';

export const doctorVoice = (context: Context) =>
  new Command('voice')
    .description(
      'Examine voice: media worker, ports, announced addresses, and whether TURN relays and whom it refuses.',
    )
    .action(async () => {
      const { config } = await context.loadConfig();
      const { examineVoice } = await import('@folkmoot/server/voice/examine-voice.ts');
      const client = await connectToHomeserver(config.data);
      client?.close();
      const log = createLog({ level: 'silent', format: 'json' });
      const running = client !== undefined;
      answerFindings(context, await examineVoice({ config, clock: systemClock, log, running }));
    });
