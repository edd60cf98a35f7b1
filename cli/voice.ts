import { Command } from 'commander';
import type { Context } from './context.ts';
import { openHomeserver } from './homeserver/open-homeserver.ts';
import { table } from './show/table.ts';

const kilobits = (bits: number) => Math.round(bits / 1_000);

export const voice = (context: Context) =>
  new Command('voice')
    .description('Show the voice channels with people in them, their traffic and losses, and the media workers.')
    .action(async () => {
      await using homeserver = await openHomeserver(context);
      const { off, channels, workers } = await homeserver.call('voice.status', {});
      context.answer({ off, channels, workers }, () => {
        if (!homeserver.running) return 'The homeserver is not running: nobody talks.';
        if (off !== null) return `Voice is off: ${off}`;
        const rooms = table(
          [
            { title: 'channel', value: ({ channel }) => channel },
            { title: 'people', value: ({ participants }) => participants },
            { title: 'senders', value: ({ producers }) => producers },
            { title: 'receivers', value: ({ consumers }) => consumers },
            { title: 'in kbit/s', value: ({ bitrate_in: bits }) => kilobits(bits) },
            { title: 'out kbit/s', value: ({ bitrate_out: bits }) => kilobits(bits) },
            { title: 'worst loss', value: ({ loss }) => `${Math.round(loss * 100)} %` },
          ],
          channels,
          { empty: 'Nobody is in a voice channel.' },
        );
        const processes = table(
          [
            { title: 'worker', value: ({ pid }) => pid },
            { title: 'load', value: ({ load }) => load },
            { title: 'processor s', value: ({ cpu }) => Math.round(cpu) },
            { title: 'memory MB', value: ({ memory }) => Math.round(memory / 1e6) },
          ],
          workers,
          { empty: 'No media worker runs; they start with the first call.' },
        );
        return `${rooms}\n\n${processes}`;
      });
    });
