import { openRemoteVoice, type RemoteVoice } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import { Device, type types } from 'mediasoup-client';
import { VoiceEars } from './voice-ears.ts';
import { inOneSize, inThreeSizes, microphone, stillScreen, tone } from './voice-tracks.ts';

// Runs in a browser: a small client of voice for tests, which says a tone and listens for tones.

interface Settings {
  token: string;
  relayOnly: boolean;
  /** Candidates of this protocol, and no TURN. */
  only: 'udp' | 'tcp' | undefined;
}

type Answer = Record<string, unknown>;

class VoicePage {
  readonly #settings: Settings;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (ok: never) => void; reject: (error: Error) => void }>();
  readonly #audio = new AudioContext();
  readonly notices: { t: string; d: unknown }[] = [];
  readonly events: { t: string; d: unknown }[] = [];
  readonly #ears = new VoiceEars(this.#audio);
  readonly #wanted = new Set<string>();
  #device: Device | undefined;
  #send: types.Transport | undefined;
  #receive: types.Transport | undefined;
  #place: { space: string; channel: string } | undefined;
  #tone: number | undefined;
  #remote: RemoteVoice | undefined;
  #id = 0;
  #seq = 0;
  #consuming: Promise<void> = Promise.resolve();
  readonly ready: Promise<void>;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#socket = new WebSocket(`${location.origin.replace('http', 'ws')}/gateway`);
    this.ready = new Promise((resolve) => {
      this.#socket.addEventListener('message', ({ data }) => {
        const frame = JSON.parse(data as string) as Answer & { op: string };
        if (frame.op === 'hello') this.#socket.send(JSON.stringify({ op: 'identify', token: settings.token }));
        if (frame.op === 'ready') resolve();
        if (frame.op === 'event') {
          this.#seq++;
          this.events.push(frame as never);
        }
        if (frame.op === 'voice') this.#answered(frame as never);
        if (frame.op === 'voice_notice') this.#noticed(frame as never);
      });
    });
    setInterval(() => this.#socket.send(JSON.stringify({ op: 'heartbeat', seq: this.#seq })), 20_000);
  }

  /** Asks the hub where the room is on another homeserver. */
  ask<T = Answer>(method: string, d: object): Promise<T> {
    if (this.#remote !== undefined && method !== 'token') return this.#remote.voice(method as never, d as never);
    const id = ++this.#id;
    this.#socket.send(JSON.stringify({ op: 'voice', id, method, d }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async join(place: { space: string; channel: string }): Promise<void> {
    this.#forget();
    this.#place = place;
    const room = await this.#enter<Answer & { rtp_capabilities: never; producers: { id: string }[] }>(place);
    this.#device = await Device.factory();
    await this.#device.load({ routerRtpCapabilities: room.rtp_capabilities });
    this.#send = this.#transport('send', room as never);
    this.#receive = this.#transport('receive', room as never);
    this.#consume(room.producers.map(({ id }) => id));
  }

  async #enter<T>(place: { space: string; channel: string }): Promise<T> {
    try {
      return await this.ask<T>('join', place);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'voice_elsewhere') throw error;
    }
    this.#remote = await openRemoteVoice({
      gateway: { voice: (method, d) => this.ask(method, d) },
      place,
      onNotice: (notice) => this.#noticed(notice as never),
      onClosed: () => (this.#remote = undefined),
    });
    return this.ask<T>('join', place);
  }

  /** Says a tone until it is told otherwise. */
  async says(hertz: number): Promise<string> {
    this.#tone = hertz;
    await this.#audio.resume();
    return this.sends(tone(this.#audio, hertz));
  }

  /** Sends a sound as that of the microphone. */
  async sends(track: MediaStreamTrack, opusDtx = true): Promise<string> {
    return (await this.#send!.produce(microphone(track, opusDtx))).id;
  }

  async shows(source: 'camera' | 'screen' = 'camera'): Promise<string> {
    return (await this.#send!.produce(await inThreeSizes(source))).id;
  }

  /** A screen of which there are no smaller sizes. */
  async showsInOneSize(): Promise<void> {
    await this.#send!.produce(await inOneSize());
  }

  async showsStill(): Promise<void> {
    await this.#send!.produce(stillScreen());
  }

  /** The sounds that come. */
  soundsHeard(): MediaStreamTrack[] {
    return this.#ears.tracks;
  }

  /** The tone that is heard of each user, in hertz; 0 for silence. */
  hears(): Record<string, number> {
    return this.#ears.hears();
  }

  /** Width of the picture that comes of each consumer. */
  sees(): number[] {
    return this.#ears.sees();
  }

  /** How many frames of pictures were shown. */
  frames(): number {
    return this.#ears.frames();
  }

  /** Packets of sound that came, and that did not. */
  soundPackets(): Promise<{ came: number; lost: number }> {
    return this.#ears.soundPackets();
  }

  videoConsumers(): string[] {
    return this.#ears.videoConsumers;
  }

  /** From the click to the first sound of somebody who is speaking, in milliseconds; then leaves again. */
  async timeToHear(place: { space: string; channel: string }, user: string): Promise<number> {
    await this.#audio.resume();
    const begun = performance.now();
    await this.join(place);
    for (;;) {
      if ((this.hears()[user] ?? 0) > 0) break;
      if (performance.now() - begun > 10_000) throw new Error('nothing is heard');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const taken = performance.now() - begun;
    await this.ask('leave', {});
    this.#forget();
    return taken;
  }

  /** `<candidate type> <protocol>` of the ways that are in use. */
  async ways(): Promise<string[]> {
    const ways = [];
    for (const transport of [this.#send, this.#receive]) {
      const stats = [...((await transport?.getStats())?.values() ?? [])] as Answer[];
      const selected = stats.find((one) => one['type'] === 'transport')?.['selectedCandidatePairId'];
      const pair = stats.find((one) => one['id'] === selected);
      const local = stats.find((one) => one['id'] === pair?.['localCandidateId']);
      if (local !== undefined) ways.push(`${String(local['candidateType'])} ${String(local['protocol'])}`);
    }
    return ways;
  }

  #transport(direction: 'send' | 'receive', room: { ice_servers: RTCIceServer[] } & Answer): types.Transport {
    const { only } = this.#settings;
    const shown = room[direction] as Answer & { id: string; ice_candidates: types.IceCandidate[] };
    const options = {
      id: shown.id,
      iceParameters: shown['ice_parameters'] as never,
      iceCandidates: shown.ice_candidates.filter(({ protocol }) => only === undefined || protocol === only),
      dtlsParameters: shown['dtls_parameters'] as never,
      iceServers: only === undefined ? room.ice_servers : [],
      iceTransportPolicy: (this.#settings.relayOnly ? 'relay' : 'all') as RTCIceTransportPolicy,
    };
    const device = this.#device!;
    const transport = direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      const asked = this.ask('connect', { transport: shown.id, dtls_parameters: dtlsParameters });
      void settle(asked, () => done(), failed);
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
      const { source } = appData as { source: string };
      const asked = this.ask<{ producer: string }>('produce', { kind, source, rtp_parameters: rtpParameters });
      void settle(asked, ({ producer }) => done({ id: producer }), failed);
    });
    return transport;
  }

  #consume(producers: string[]): void {
    for (const id of producers) this.#wanted.add(id);
    this.#consuming = this.#consuming.then(() => this.#consumeWanted()).catch((error: unknown) => console.error(error));
  }

  async #consumeWanted(): Promise<void> {
    if (this.#wanted.size === 0 || this.#receive === undefined) return;
    const producers = [...this.#wanted];
    this.#wanted.clear();
    const { consumers } = await this.ask<{ consumers: (Answer & { id: string; producer: string; user: string })[] }>(
      'consume',
      { producers, rtp_capabilities: this.#device!.recvRtpCapabilities },
    );
    for (const one of consumers) {
      const consumer = await this.#receive.consume({
        id: one.id,
        producerId: one.producer,
        kind: one['kind'] as 'audio' | 'video',
        rtpParameters: one['rtp_parameters'] as never,
      });
      if (consumer.kind === 'audio') this.#ears.listen(one.producer, one.user, consumer);
      else this.#ears.watch(one.id, consumer);
    }
    const paused = consumers.filter(({ paused }) => paused).map(({ id }) => id);
    if (paused.length > 0) await this.ask('resume', { consumers: paused });
  }

  #answered({ id, ok, error }: { id: number; ok?: never; error?: { code: string } }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.code));
    else waiting?.resolve(ok as never);
  }

  #noticed({ t, d }: { t: string; d: Answer }): void {
    this.notices.push({ t, d });
    if (t === 'producers') {
      this.#consume((d['added'] as { id: string }[]).map(({ id }) => id));
      for (const id of d['removed'] as string[]) {
        this.#ears.forget(id);
        this.#wanted.delete(id);
      }
    }
    if (t === 'rejoin') void this.#rejoin();
    if (t === 'left') this.#forget();
  }

  async #rejoin(): Promise<void> {
    for (;;) {
      try {
        await this.join(this.#place!);
        if (this.#tone !== undefined) await this.says(this.#tone);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }

  #forget(): void {
    this.#send?.close();
    this.#receive?.close();
    this.#send = this.#receive = undefined;
    this.#ears.clear();
    this.#wanted.clear();
  }
}

/** mediasoup-client wants to be called back. */
async function settle<T>(asked: Promise<T>, done: (answer: T) => void, failed: (error: Error) => void): Promise<void> {
  try {
    done(await asked);
  } catch (error) {
    failed(error as Error);
  }
}

Object.assign(window, { openVoice: (settings: Settings) => new VoicePage(settings) });
export type { VoicePage };
