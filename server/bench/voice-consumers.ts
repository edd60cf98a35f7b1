import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createWorker, type types } from 'mediasoup';
import { createLog } from '../base/log.ts';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { mediaCodecs } from '../voice/codecs.ts';
import { MediaRoom } from '../voice/media-room.ts';
import { MediaWorkers } from '../voice/media-workers.ts';
import type { PeerProducer } from '../voice/peer.ts';
import { PeerConsumers } from '../voice/peer-consumers.ts';
import { cpuSeconds } from './process-meter.ts';
import { percentile, type Report } from './report.ts';

const SPEAKERS = 8;
const LISTENERS = 60;
const PACKETS_PER_SECOND = 50;
const PACKET_BYTES = 120;
/** Many short ones, so that both have the same share of whatever else the machine does. */
const PAIRS = 30;
const TURN_SECONDS = 1;
const AIM = 0.95;

interface Stage {
  pid: number;
  router: types.Router;
  /** Makes what arrives something that can be listened to. */
  take(producer: types.Producer): Promise<void>;
  listener(transport: types.PlainTransport): (producer: types.Producer) => Promise<types.Consumer>;
  close(): Promise<void>;
}

/**
 * How many consumers one core carries: RTP of eight speakers goes over plain transports to sixty listeners each, and the time that the
 * media worker needs for it is measured, in a room of ours and on a bare router, in turns.
 */
export async function run(): Promise<Report> {
  const { file, reason } = findMediaWorker();
  if (file === undefined) throw new Error(reason);
  const stages = { ours: await ourStage(file), bare: await bareStage(file) };
  const cost = { ours: [] as number[], bare: [] as number[] };
  const lost = { ours: 0, bare: 0 };
  const order = ['ours', 'bare'] as const;
  for (const name of order) await perform(stages[name], 2);
  for (let pair = 0; pair < PAIRS; pair++) {
    // Neither is always the first.
    for (const name of pair % 2 === 0 ? order : order.toReversed()) {
      const { share, missing } = await perform(stages[name], TURN_SECONDS);
      cost[name].push(share);
      lost[name] += missing;
    }
  }
  await Promise.all(Object.values(stages).map((stage) => stage.close()));
  const carried = (share: number) => (SPEAKERS * LISTENERS) / share;
  const ratios = cost.bare.map((bare, pair) => bare / cost.ours[pair]!);
  const ratio = percentile(ratios, 0.5);
  return {
    name: 'voice-consumers',
    ratio,
    aim: `at least ${AIM} of bare mediasoup`,
    reached: ratio >= AIM && lost.ours <= lost.bare,
    figures: {
      consumers: SPEAKERS * LISTENERS,
      ours_per_core: carried(percentile(cost.ours, 0.5)),
      bare_per_core: carried(percentile(cost.bare, 0.5)),
      ratio_first_quartile: percentile(ratios, 0.25),
      ratio_third_quartile: percentile(ratios, 0.75),
      ours_lost_packets: lost.ours,
      bare_lost_packets: lost.bare,
    },
  };
}

/** A voice channel as the homeserver runs it, with levels and with what is watched of each consumer. */
async function ourStage(file: string): Promise<Stage> {
  const log = createLog({ level: 'silent', format: 'json' });
  const workers = new MediaWorkers({
    file,
    count: 1,
    listen: [{ ip: '127.0.0.1', announced: '127.0.0.1' }],
    port: 0,
    log,
  });
  await workers.start();
  const nobody = () => undefined;
  const told = { added: nobody, removed: nobody, paused: nobody, layers: nobody, speakers: nobody };
  const events = { ...told, formats: nobody, lost: nobody };
  const room = new MediaRoom({ workers, addresses: ['127.0.0.1'], events, log });
  const peer = await room.addPeer('u_bench');
  const on = workers.leastLoaded();
  const spoken = new Map<types.Producer, PeerProducer>();
  return {
    pid: on.worker.pid,
    router: peer.router,
    take: async (producer) => {
      const made: PeerProducer = { producer, peer, source: 'mic', pausedBySender: false };
      spoken.set(producer, made);
      await room.adopt(made, () => false);
    },
    listener: (transport) => {
      const consumers = new PeerConsumers({ transport, on, onLayers: nobody });
      consumers.rtpCapabilities = peer.router.rtpCapabilities as never;
      return async (producer) => (await consumers.take(spoken.get(producer)!, producer.id, false)).consumer;
    },
    close: () => workers[Symbol.asyncDispose](),
  };
}

async function bareStage(file: string): Promise<Stage> {
  const worker = await createWorker({ workerBin: file, logLevel: 'error' });
  const router = await worker.createRouter({ mediaCodecs });
  const rtpCapabilities = router.rtpCapabilities as types.RtpCapabilities;
  return {
    pid: worker.pid,
    router,
    take: async () => undefined,
    listener:
      (transport) =>
      ({ id: producerId }) =>
        transport.consume({ producerId, rtpCapabilities }),
    close: async () => worker.close(),
  };
}

let sink: Promise<number> | undefined;

/** A port that nobody reads: a process that has it and is stopped, so that the kernel drops what comes. */
async function openSink(): Promise<number> {
  const code = `const s = require('node:dgram').createSocket('udp4'); s.bind(0, '127.0.0.1', () => console.log(s.address().port));`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  process.once('exit', () => child.kill('SIGKILL'));
  return Number(line.toString());
}

const performances = new WeakMap<Stage, Awaited<ReturnType<typeof build>>>();

/** Share of a core that the worker needs while everybody speaks, and packets that did not get through. */
async function perform(stage: Stage, seconds: number): Promise<{ share: number; missing: number }> {
  let built = performances.get(stage);
  if (built === undefined) performances.set(stage, (built = await build(stage, await (sink ??= openSink()))));
  const before = await built.forwarded();
  const cpu = cpuSeconds(stage.pid);
  const sent = await built.speak(seconds);
  await delay(200);
  const share = (cpuSeconds(stage.pid) - cpu) / seconds;
  return { share, missing: sent * LISTENERS - ((await built.forwarded()) - before) };
}

async function build({ router, take, listener }: Stage, sink: number) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
  const speakers: { port: number; packet: Buffer }[] = [];
  const consumers: types.Consumer[] = [];
  const listeners = await Promise.all(
    Array.from({ length: LISTENERS }, async () => {
      const transport = await router.createPlainTransport({ listenInfo, rtcpMux: true });
      await transport.connect({ ip: '127.0.0.1', port: sink });
      return listener(transport);
    }),
  );
  for (let n = 0; n < SPEAKERS; n++) {
    const transport = await router.createPlainTransport({ listenInfo, rtcpMux: true, comedia: true });
    const ssrc = 1_000 + n;
    const producer = await transport.produce({ kind: 'audio', rtpParameters: microphone(ssrc) });
    await take(producer);
    for (const listen of listeners) consumers.push(await listen(producer));
    speakers.push({ port: transport.tuple.localPort, packet: packetOf(ssrc) });
  }
  return {
    speak: (seconds: number) => speak(socket, speakers, seconds),
    async forwarded(): Promise<number> {
      const all = await Promise.all(consumers.map((consumer) => consumer.getStats()));
      return all.flat().reduce((sum, one) => sum + (one.type === 'outbound-rtp' ? Number(one.packetCount) : 0), 0);
    },
  };
}

/** Sends twenty milliseconds of everybody at a time; returns the number of packets. */
async function speak(
  socket: Socket,
  speakers: readonly { port: number; packet: Buffer }[],
  seconds: number,
): Promise<number> {
  const ticks = seconds * PACKETS_PER_SECOND;
  const begun = performance.now();
  for (let tick = 0; tick < ticks; tick++) {
    for (const { port, packet } of speakers) {
      packet.writeUInt16BE((packet.readUInt16BE(2) + 1) & 0xffff, 2);
      packet.writeUInt32BE((packet.readUInt32BE(4) + 960) >>> 0, 4);
      socket.send(Buffer.from(packet), port, '127.0.0.1');
    }
    const wait = begun + ((tick + 1) * 1_000) / PACKETS_PER_SECOND - performance.now();
    if (wait > 0) await delay(wait);
  }
  return ticks * speakers.length;
}

const levelExtension = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';

const microphone = (ssrc: number): types.RtpParameters => ({
  codecs: [
    { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
  ],
  headerExtensions: [{ uri: levelExtension, id: 1 }],
  encodings: [{ ssrc }],
  rtcp: { cname: `c${ssrc}` },
});

/** An RTP packet with an audio level of -20 dBov (RFC 3550 §5.1, RFC 6464). */
function packetOf(ssrc: number): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES);
  packet[0] = 0x90;
  packet[1] = 100;
  packet.writeUInt32BE(ssrc, 8);
  packet.writeUInt16BE(0xbede, 12);
  packet.writeUInt16BE(1, 14);
  packet[16] = 0x10;
  packet[17] = 0x80 | 20;
  return packet;
}
