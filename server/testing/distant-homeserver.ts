import { voiceEnvironment } from './voice-browser.ts';
import { freeMediaPort } from './free-media-port.ts';
import { LossyUdpProxy, type Network } from './lossy-udp-proxy.ts';
import { startHomeserver, type TestHomeserver } from './start-homeserver.ts';

/** A homeserver that is not next door. */
export const far: Network = { delayMs: 25 };
export const narrow: Network = { ...far, bitsPerSecond: 150_000 };

/** A homeserver whose media come only over a network that can be made worse. */
export async function startDistantHomeserver(): Promise<{ homeserver: TestHomeserver; network: LossyUdpProxy }> {
  const port = await freeMediaPort();
  const network = await LossyUdpProxy.open('127.0.0.2', { address: '127.0.0.1', port });
  network.become({ up: far, down: far });
  const homeserver = await startHomeserver({
    environment: {
      ...voiceEnvironment,
      FOLKMOOT_VOICE_WORKERS: '1',
      FOLKMOOT_VOICE_LISTEN: '127.0.0.1',
      FOLKMOOT_VOICE_PORT: `${port}`,
      FOLKMOOT_VOICE_ANNOUNCED_ADDRESS: '127.0.0.2',
      FOLKMOOT_TURN: 'off',
    },
  });
  return { homeserver, network };
}
