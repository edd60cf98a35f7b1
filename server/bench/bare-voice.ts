import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import type { AnyVoiceNotice } from '@folkmoot/protocol-spec/client/voice-requests.ts';
import { createWorker, type types } from 'mediasoup';
import { mediaCodecs } from '../voice/codecs.ts';
import { socketBuffers } from '../voice/media-workers.ts';

interface Microphone {
  id: string;
  user: string;
  router: types.Router;
}

interface Room {
  router: types.Router;
  server: types.WebRtcServer;
}

const pipeListen = { protocol: 'udp', ip: '127.0.0.1', ...socketBuffers } as const;

type Asked = Record<string, never>;

/** One room of mediasoup and nothing around it: the least that a voice channel can cost. */
export class BareVoice implements AsyncDisposable {
  readonly #workers: types.Worker[];
  readonly #rooms: readonly Room[];
  readonly #microphones = new Map<string, Microphone>();
  readonly #pipes = new Map<string, Promise<unknown>>();
  readonly #listeners = new Set<(notice: AnyVoiceNotice) => void>();
  #came = 0;

  private constructor(workers: types.Worker[], rooms: readonly Room[]) {
    this.#workers = workers;
    this.#rooms = rooms;
  }

  /** On this and the next ports of loopback. */
  static async open(file: string, port: number, count: number): Promise<BareVoice> {
    const workers = await Promise.all(
      Array.from({ length: count }, () => createWorker({ workerBin: file, logLevel: 'error' })),
    );
    const rooms = await Promise.all(
      workers.map(async (worker, at) => ({
        server: await worker.createWebRtcServer({
          listenInfos: [{ protocol: 'udp', ip: '127.0.0.1', port: port + at, ...socketBuffers }],
        }),
        router: await worker.createRouter({ mediaCodecs }),
      })),
    );
    return new BareVoice(workers, rooms);
  }

  get pids(): number[] {
    return this.#workers.map(({ pid }) => pid);
  }

  /** What a client asks of a homeserver, as far as it concerns media. */
  line(user: string, onNotice: (notice: AnyVoiceNotice) => void): VoiceLine {
    const { router, server: webRtcServer } = this.#rooms[this.#came++ % this.#rooms.length]!;
    const transports = new Map<string, types.WebRtcTransport>();
    let receive: types.WebRtcTransport | undefined;
    const methods: Record<string, (d: Asked) => Promise<object>> = {
      join: async () => {
        // Whoever comes in again begins anew.
        for (const one of transports.values()) one.close();
        transports.clear();
        const [first, second] = await Promise.all([1, 2].map(() => router.createWebRtcTransport({ webRtcServer })));
        for (const one of [first!, second!]) transports.set(one.id, one);
        receive = second;
        this.#listeners.add(onNotice);
        const producers = [...this.#microphones.keys()].map((id) => ({ id }));
        return { send: shown(first!), receive: shown(second!), producers };
      },
      connect: async (d) => {
        await transports.get(d['transport']!)!.connect({ dtlsParameters: d['dtls_parameters']! });
        return {};
      },
      produce: async (d) => {
        const send = [...transports.values()].find((one) => one !== receive)!;
        const { id, observer } = await send.produce({ kind: 'audio', rtpParameters: d['rtp_parameters']! });
        this.#microphones.set(id, { id, user, router });
        observer.once('close', () => this.#microphones.delete(id));
        for (const tell of this.#listeners)
          if (tell !== onNotice) tell({ t: 'producers', d: { added: [{ id }], removed: [] } } as never);
        return { producer: id };
      },
      consume: async (d) => {
        const consumers = (d['producers'] as unknown as string[]).map(async (producer) => {
          const from = this.#microphones.get(producer)!;
          await this.#pipe(from, router);
          const consumer = await receive!.consume({ producerId: producer, rtpCapabilities: d['rtp_capabilities']! });
          return { id: consumer.id, producer, user: from.user, rtp_parameters: consumer.rtpParameters };
        });
        return { consumers: await Promise.all(consumers), refused: [] };
      },
    };
    return { voice: (method, d) => methods[method]!(d as never) as never };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.#workers) worker.close();
  }

  async #pipe({ id, router: from }: Microphone, to: types.Router): Promise<void> {
    if (from === to) return;
    const key = `${id} ${to.id}`;
    const pipe = this.#pipes.get(key) ?? from.pipeToRouter({ producerId: id, router: to, listenInfo: pipeListen });
    this.#pipes.set(key, pipe);
    await pipe;
  }
}

const shown = ({ id, iceParameters, iceCandidates, dtlsParameters }: types.WebRtcTransport): object => ({
  id,
  ice_parameters: iceParameters,
  ice_candidates: iceCandidates,
  dtls_parameters: dtlsParameters,
});
