import { eventBodies } from '@folkmoot/protocol-spec/schemas/events.ts';
import { formatPosition } from '@folkmoot/protocol-spec/schemas/ids.ts';
import { Refusal } from '../base/errors.ts';
import { bindEvent, type EventBinding } from './binding.ts';
import { countOrphans } from './orphans.ts';

/** Nobody can ask for a new epoch: a hub opens it after it was restored. [EPO-1] */
export const epochEvents: EventBinding[] = [
  bindEvent({
    type: 'epoch.start',
    body: eventBodies['epoch.start'],
    async decide() {
      throw new Refusal('forbidden');
    },
    async apply() {
      // The line alone says it.
    },
    async show(reader, { space, stream, streamNo, epoch, seq, body: { fork } }) {
      const channel = stream === '_' ? null : stream;
      const lost = await countOrphans(reader, streamNo, fork, epoch);
      const d = { space, channel, fork: formatPosition(fork), start: formatPosition({ epoch, seq }), lost };
      return [
        {
          audience: channel === null ? { to: 'space', space } : { to: 'channel', space, channel },
          t: 'stream.forked',
          d,
        },
      ];
    },
  }),
];
