/** For a page before it loads: the browser shows pictures of this format only. */
export function showsNothingBut(format: string): void {
  const { addTransceiver } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTransceiver = function (...given) {
    const made = addTransceiver.apply(this, given);
    const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    if (given[0] === 'video') made.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === format));
    return made;
  };
}

/** For a page before it loads: keeps its connections, for `sentFormat`. */
export function keepConnections(): void {
  const connections: RTCPeerConnection[] = [];
  Object.assign(globalThis, { connections });
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
}

/** Of the pictures that are sent: format and layers, such as `video/VP9 L3T3_KEY`. */
export async function sentFormats(): Promise<string[]> {
  const { connections } = globalThis as never as { connections: RTCPeerConnection[] };
  const sent: string[] = [];
  for (const connection of connections.filter(({ connectionState }) => connectionState === 'connected')) {
    const report = await connection.getStats();
    for (const one of report.values() as Iterable<Record<string, unknown>>) {
      if (one['type'] !== 'outbound-rtp' || one['kind'] !== 'video' || !(Number(one['framesSent']) > 0)) continue;
      const codec = report.get(String(one['codecId'])) as { mimeType?: string } | undefined;
      sent.push(`${codec?.mimeType} ${String(one['scalabilityMode'])}`);
    }
  }
  return [...new Set(sent)];
}
