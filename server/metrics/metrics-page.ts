import { timingSafeEqual } from 'node:crypto';
import { Registry } from 'prom-client';
import { Refusal } from '../base/errors.ts';
import { hashToken } from '../base/tokens.ts';
import type { Page } from '../http/page.ts';
import { countEvents, type EventMetricsParts } from './event-metrics.ts';
import { type ProcessMetricsParts, sampleProcess } from './process-metrics.ts';
import { type StorageMetricsParts, sampleStorage } from './storage-metrics.ts';
import { sampleVoice, type VoiceMetricsParts } from './voice-metrics.ts';

export interface MetricsParts extends ProcessMetricsParts, EventMetricsParts, StorageMetricsParts, VoiceMetricsParts {
  /** What Prometheus shows to be answered. */
  token: string;
}

/**
 * `GET /metrics` in the text format of Prometheus. Nothing in it names users, spaces, channels or other homeservers, and how many lines it has
 * does not grow with them.
 */
export function metricsPage(parts: MetricsParts): Page {
  const registry = new Registry();
  const expected = Buffer.from(hashToken(parts.token));
  const samplers = [sampleProcess(registry, parts), sampleStorage(registry, parts), sampleVoice(registry, parts)];
  countEvents(registry, parts);
  return {
    name: 'metrics',
    path: '/metrics',
    async answer({ headers }) {
      const [, token = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
      if (!timingSafeEqual(Buffer.from(hashToken(token)), expected)) throw new Refusal('unauthenticated');
      await Promise.all(samplers.map((sample) => sample()));
      const body = await registry.metrics();
      return { type: registry.contentType, body, headers: { 'Cache-Control': 'no-store' } };
    },
  };
}
