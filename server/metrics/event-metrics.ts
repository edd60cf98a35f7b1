import { Counter, type Registry } from 'prom-client';
import type { Tail } from '../streams/tail.ts';

export interface EventMetricsParts {
  tail: Pick<Tail, 'listen'>;
  /** Those that this homeserver knows. */
  eventTypes: Pick<ReadonlySet<string>, 'has'>;
}

/** What is written into the log, here or by hubs that are followed, since the start. */
export function countEvents(registry: Registry, { tail, eventTypes }: EventMetricsParts): void {
  const events = new Counter({
    name: 'folkmoot_events_total',
    help: 'Events that were written, by type; messages are message.create.',
    labelNames: ['type'],
    registers: [registry],
  });
  events.inc({ type: 'message.create' }, 0);
  tail.listen((batch) => {
    for (const { event } of batch.events) events.inc({ type: eventTypes.has(event.type) ? event.type : 'other' });
  });
}
