import { Counter, Gauge, type Registry } from 'prom-client';
import { gauges } from './gauges.ts';

export interface MeasuredVoice {
  off: string | null;
  channels: readonly {
    participants: number;
    producers: number;
    consumers: number;
    bitrate_in: number;
    bitrate_out: number;
    loss: number;
  }[];
  workers: readonly { cpu: number; memory: number; load: number }[];
}

export interface VoiceMetricsParts {
  voice: { measure(): Promise<MeasuredVoice> };
}

/** What all of voice costs and how well it arrives; admins see it by channel on the page of call quality. [QUAL-1] */
export function sampleVoice(registry: Registry, { voice }: VoiceMetricsParts) {
  const labels = { labelNames: ['worker'] as const, registers: [registry] };
  const cpu = new Counter({
    name: 'folkmoot_voice_worker_cpu_seconds_total',
    help: 'Processor time of each media worker.',
    ...labels,
  });
  const memory = new Gauge({
    name: 'folkmoot_voice_worker_memory_bytes',
    help: 'Most memory that each media worker had.',
    ...labels,
  });
  const load = new Gauge({
    name: 'folkmoot_voice_worker_load',
    help: 'Consumers of each media worker, and four for each participant.',
    ...labels,
  });
  const shown = gauges(registry, {
    voice_up: 'Whether voice can be had: 0 or 1.',
    voice_rooms: 'Voice channels and calls with somebody in them.',
    voice_participants: 'Who is in them.',
    voice_producers: 'Microphones, cameras and screens that are sent.',
    voice_consumers: 'How often one of them is received.',
    voice_bits_per_second_in: 'Traffic of media from participants.',
    voice_bits_per_second_out: 'Traffic of media to participants.',
    voice_worst_loss_ratio: 'Share of packets that are lost, from 0 to 1, of whoever has it worst.',
  });
  return async () => {
    const { off, channels, workers } = await voice.measure();
    const sum = (of: 'participants' | 'producers' | 'consumers' | 'bitrate_in' | 'bitrate_out') =>
      channels.reduce((all, channel) => all + channel[of], 0);
    shown.show({
      voice_up: off === null ? 1 : 0,
      voice_rooms: channels.length,
      voice_participants: sum('participants'),
      voice_producers: sum('producers'),
      voice_consumers: sum('consumers'),
      voice_bits_per_second_in: sum('bitrate_in'),
      voice_bits_per_second_out: sum('bitrate_out'),
      voice_worst_loss_ratio: Math.max(0, ...channels.map(({ loss }) => loss)),
    });
    for (const metric of [cpu, memory, load]) metric.reset();
    for (const [index, measured] of workers.entries()) {
      // Not its process id: each start of a worker would be a series of its own.
      const worker = `${index}`;
      cpu.inc({ worker }, measured.cpu);
      memory.set({ worker }, measured.memory);
      load.set({ worker }, measured.load);
    }
  };
}
