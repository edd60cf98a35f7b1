import type { DtlsParameters, IceParameters } from '@folkmoot/protocol-spec/schemas/gateway/ortc.ts';
import type { VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { types } from 'mediasoup';
import { Refusal } from '../base/errors.ts';
import { candidatesFor } from './candidates.ts';
import type { MediaWorker } from './media-workers.ts';

export interface PeerMeasure {
  bitrate_in: number;
  bitrate_out: number;
  loss: number;
}

/** The two ways of a participant's media. [VOX-7] */
export class PeerTransports {
  readonly send: types.WebRtcTransport;
  readonly receive: types.WebRtcTransport;
  readonly #connected = new Set<types.WebRtcTransport>();

  private constructor(send: types.WebRtcTransport, receive: types.WebRtcTransport) {
    this.send = send;
    this.receive = receive;
  }

  static async open(router: types.Router, on: MediaWorker, incomingBitrate: number): Promise<PeerTransports> {
    const options = { webRtcServer: on.server, enableUdp: true, enableTcp: true, preferUdp: true };
    const [send, receive] = await Promise.all([
      router.createWebRtcTransport(options),
      router.createWebRtcTransport({ ...options, initialAvailableOutgoingBitrate: 1_000_000 }),
    ]);
    await send.setMaxIncomingBitrate(incomingBitrate);
    return new PeerTransports(send, receive);
  }

  shown(addresses: readonly string[]): { send: VoiceTransport; receive: VoiceTransport } {
    return { send: shownTransport(this.send, addresses), receive: shownTransport(this.receive, addresses) };
  }

  async connect(id: string, dtls: DtlsParameters): Promise<void> {
    const found = this.#require(id);
    // Its DTLS waits for the client already where ICE was faster than this request.
    if (this.#connected.has(found)) throw new Refusal('conflict');
    this.#connected.add(found);
    await found.connect({ dtlsParameters: dtls as types.DtlsParameters });
  }

  async restartIce(id: string): Promise<IceParameters> {
    return this.#require(id).restartIce();
  }

  /** Bits per second from and to the participant, and the greater share of packets that are lost on one of the two ways. */
  async measure(): Promise<PeerMeasure> {
    const [[sent], [received]] = await Promise.all([this.send.getStats(), this.receive.getStats()]);
    return {
      bitrate_in: sent?.recvBitrate ?? 0,
      bitrate_out: received?.sendBitrate ?? 0,
      loss: Math.max(sent?.rtpPacketLossReceived ?? 0, received?.rtpPacketLossSent ?? 0),
    };
  }

  close(): void {
    this.send.close();
    this.receive.close();
  }

  #require(id: string): types.WebRtcTransport {
    const found = [this.send, this.receive].find((transport) => transport.id === id && !transport.closed);
    if (found === undefined) throw new Refusal('not_found');
    return found;
  }
}

export const isConnected = ({ iceState }: types.WebRtcTransport): boolean =>
  ['connected', 'completed'].includes(iceState);

function shownTransport(transport: types.WebRtcTransport, addresses: readonly string[]): VoiceTransport {
  return {
    id: transport.id,
    ice_parameters: transport.iceParameters,
    ice_candidates: candidatesFor(transport.iceCandidates, addresses),
    dtls_parameters: transport.dtlsParameters as VoiceTransport['dtls_parameters'],
  };
}
