import type { Room, Source, VoiceTransport } from '@folkmoot/protocol-spec/schemas/gateway/voice.ts';
import type { Device, types } from 'mediasoup-client';
import type { VoiceLine } from '@folkmoot/protocol-spec/client/remote-voice.ts';
import { voiceSettings } from './voice-settings.ts';

const restartHelpsMs = 5_000;

interface Ends {
  line: VoiceLine;
  device: Device;
  room: Room;
  /** The way is gone, and a new one was not found. */
  lost: () => void;
}

/** The two ways of media, to the homeserver and back. [VOX-7] */
export function openTransports({ line, device, room, lost }: Ends): {
  send: types.Transport;
  receive: types.Transport;
} {
  const send = device.createSendTransport(optionsOf(room.send, room));
  const receive = device.createRecvTransport(optionsOf(room.receive, room));
  for (const transport of [send, receive]) {
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      const asked = { transport: transport.id, dtls_parameters: dtlsParameters as never };
      void answer(line.voice('connect', asked), () => done(), failed);
    });
    keepConnected(line, transport, lost);
  }
  send.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
    const { source, paused = false } = appData as { source: Source; paused?: boolean };
    const asked = { kind, source, rtp_parameters: rtpParameters as never, paused };
    void answer(line.voice('produce', asked), ({ producer }) => done({ id: producer }), failed);
  });
  return { send, receive };
}

async function answer<T>(asked: Promise<T>, done: (value: T) => void, failed: (error: Error) => void): Promise<void> {
  try {
    done(await asked);
  } catch (error) {
    failed(error as Error);
  }
}

function optionsOf(end: VoiceTransport, room: Room): types.TransportOptions {
  return {
    id: end.id,
    iceParameters: end.ice_parameters as types.IceParameters,
    iceCandidates: end.ice_candidates as types.IceCandidate[],
    dtlsParameters: end.dtls_parameters as types.DtlsParameters,
    iceServers: room.ice_servers as RTCIceServer[],
    iceTransportPolicy: voiceSettings().relayOnly ? 'relay' : 'all',
  };
}

/** ICE anew when the way breaks, as after a change of network; whoever called begins anew if that does not help. */
function keepConnected(line: VoiceLine, transport: types.Transport, lost: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restart = async () => {
    if (transport.closed) return;
    const { ice_parameters } = await line.voice('restart_ice', { transport: transport.id });
    if (!transport.closed) await transport.restartIce({ iceParameters: ice_parameters as types.IceParameters });
  };
  transport.on('connectionstatechange', (state) => {
    if (state === 'connected' || state === 'closed') {
      clearTimeout(timer);
      timer = undefined;
    } else if (state === 'disconnected' || state === 'failed') {
      restart().catch(() => undefined);
      timer ??= setTimeout(() => !transport.closed && lost(), restartHelpsMs);
    } else if (state === 'connecting') {
      timer ??= setTimeout(() => !transport.closed && lost(), 2 * restartHelpsMs);
    }
  });
  transport.observer.on('close', () => clearTimeout(timer));
}
