import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createWorker, type types } from 'mediasoup';
import { findMediaWorker } from '../set-up/media-worker-place.mjs';
import { bind } from './ice-binding.ts';
import { claimLegPorts, type LegPorts } from './leg-ports.ts';

/** A client's end of a transport: ICE, DTLS and SRTP are real, done by a media worker that plays the client. */
export interface Leg {
  readonly transport: types.WebRtcTransport;
  readonly port: number;
}

interface Sounds {
  loud: types.Producer;
  quiet: types.Producer;
  spoken: number;
  /** Packets that each who talks may still send. */
  left: number;
}

const opus: types.RouterRtpCodecCapability = {
  kind: 'audio',
  mimeType: 'audio/opus',
  clockRate: 48_000,
  channels: 2,
  parameters: { useinbandfec: 1, usedtx: 1 },
};
const levelExtension = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const RECEIVE_BYTES = 1_048_576;
/** For those who have to begin anew. */
const SPARE_LEGS = 20;
const PACKET_MS = 20;
/** What Opus sends of silence. */
const SILENT_PACKET_MS = 400;

/**
 * Clients without a browser. mediasoup never begins a connection, so the first step is taken for it: before there is a homeserver at `ports`,
 * a socket there makes each leg believe that its other end is there.
 */
export class MediaLegs implements AsyncDisposable {
  readonly router: types.Router;
  readonly #worker: types.Worker;
  readonly #free = new Map<number, Leg[]>();
  readonly #sounds: Sounds;
  readonly #ports: LegPorts;
  #clock: NodeJS.Timeout | undefined;

  private constructor(worker: types.Worker, ports: LegPorts, router: types.Router, sounds: Sounds) {
    this.#worker = worker;
    this.#ports = ports;
    this.router = router;
    this.#sounds = sounds;
  }

  /** So many legs, and some to spare, towards each of these ports of loopback, at which nothing may listen yet. What comes waits in `buffer` bytes. */
  static async open(ports: readonly number[], count: number, buffer = RECEIVE_BYTES): Promise<MediaLegs> {
    const { file, reason } = findMediaWorker();
    if (file === undefined) throw new Error(reason);
    const worker = await createWorker({ workerBin: file, logLevel: 'error' });
    const router = await worker.createRouter({ mediaCodecs: [opus] });
    const mouth = await router.createDirectTransport();
    const [loud, quiet] = await Promise.all([1, 2].map((ssrc) => mouth.produce(soundOf(ssrc))));
    const sounds = { loud: loud as types.Producer, quiet: quiet as types.Producer, spoken: 0, left: Infinity };
    const legs = new MediaLegs(worker, await claimLegPorts(), router, sounds);
    for (const port of ports) legs.#free.set(port, await legs.#towards(port, count + SPARE_LEGS, buffer));
    return legs;
  }

  /** Packets that each who talks has sent. */
  get spoken(): number {
    return this.#sounds.spoken;
  }

  /** Whether those who speak do so now, and for how many packets; at first they do without end. */
  speakUp(isOn: boolean, packets = Infinity): void {
    this.#sounds.left = isOn ? packets : 0;
  }

  get pid(): number {
    return this.#worker.pid;
  }

  take(port: number): Leg {
    const leg = this.#free.get(port)?.pop();
    if (leg === undefined) throw new Error(`no leg is left towards port ${port}`);
    return leg;
  }

  /** What somebody sends who talks all the time, or who has a microphone and says nothing. */
  async speak({ transport }: Leg, how: 'loud' | 'quiet'): Promise<types.Consumer> {
    this.#clock ??= startTalking(this.#sounds);
    const { rtpCapabilities } = this.router;
    return transport.consume({ producerId: this.#sounds[how].id, rtpCapabilities: rtpCapabilities as never });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#clock);
    this.#worker.close();
    this.#ports[Symbol.dispose]();
  }

  async #towards(port: number, count: number, recvBufferSize: number): Promise<Leg[]> {
    const socket = createSocket('udp4').setMaxListeners(0);
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    const listenInfos = [
      {
        protocol: 'udp' as const,
        ip: '127.0.0.1',
        portRange: this.#ports.range,
        flags: { udpReusePort: true },
        recvBufferSize,
      },
    ];
    const legs: Leg[] = [];
    while (legs.length < count) {
      const some = Array.from({ length: Math.min(20, count - legs.length) }, async () => {
        const transport = await this.router.createWebRtcTransport({ listenInfos, iceConsentTimeout: 0 });
        const leg = { transport, port: transport.iceCandidates[0]!.port };
        await bind(socket, { ...transport.iceParameters, port: leg.port });
        return leg;
      });
      legs.push(...(await Promise.all(some)));
    }
    socket.close();
    return legs;
  }
}

function startTalking(sounds: Sounds): NodeJS.Timeout {
  const [loud, quiet] = [packetOf(1, 20), packetOf(2, 127)];
  const begun = performance.now();
  let sent = 0;
  return setInterval(() => {
    for (; sent * PACKET_MS < performance.now() - begun; sent++) {
      if (sounds.left <= 0) continue;
      sounds.left--;
      sounds.spoken++;
      sounds.loud.send(next(loud, PACKET_MS));
      if (sent % (SILENT_PACKET_MS / PACKET_MS) === 0) sounds.quiet.send(next(quiet, SILENT_PACKET_MS));
    }
  }, PACKET_MS / 2);
}

const soundOf = (ssrc: number): types.ProducerOptions => ({
  kind: 'audio',
  rtpParameters: {
    codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
    headerExtensions: [{ uri: levelExtension, id: 1 }],
    encodings: [{ ssrc }],
  },
});

/** An RTP packet that says how loud it is, in -dBov (RFC 3550 §5.1, RFC 6464). */
function packetOf(ssrc: number, level: number): Buffer {
  const packet = Buffer.alloc(120);
  packet[0] = 0x90;
  packet[1] = 100;
  packet.writeUInt32BE(ssrc, 8);
  packet.writeUInt16BE(0xbede, 12);
  packet.writeUInt16BE(1, 14);
  packet[16] = 0x10;
  packet[17] = (level < 127 ? 0x80 : 0) | level;
  return packet;
}

function next(packet: Buffer, ms: number): Buffer {
  packet.writeUInt16BE((packet.readUInt16BE(2) + 1) & 0xffff, 2);
  packet.writeUInt32BE((packet.readUInt32BE(4) + ms * 48) >>> 0, 4);
  return Buffer.from(packet);
}
