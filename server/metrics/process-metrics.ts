import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { gauges } from './gauges.ts';

export interface ProcessMetricsParts {
  version: string;
  gateway: { readonly size: { sockets: number; sessions: number } };
  reasonsAgainst: () => readonly string[];
}

/** The process itself (processor, memory, event loop, garbage) and who is connected to it. */
export function sampleProcess(registry: Registry, { version, gateway, reasonsAgainst }: ProcessMetricsParts) {
  collectDefaultMetrics({ register: registry });
  const info = new Gauge({
    name: 'folkmoot_info',
    help: 'Version of the homeserver; always 1.',
    labelNames: ['version'],
    registers: [registry],
  });
  info.set({ version }, 1);
  const shown = gauges(registry, {
    ready: 'Whether it should get traffic, as /readyz says: 0 or 1.',
    gateway_sockets: 'Open WebSockets of clients.',
    gateway_sessions: 'Sessions at the gateway, with those that may still be resumed.',
  });
  return async () => {
    const { sockets, sessions } = gateway.size;
    shown.show({ ready: reasonsAgainst().length === 0 ? 1 : 0, gateway_sockets: sockets, gateway_sessions: sessions });
  };
}
