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

/** For a page before it loads: its camera makes few pictures a second, which a busy machine can still encode. */
export function hasSlowCamera(): void {
  const devices = MediaDevices.prototype;
  const { getUserMedia } = devices;
  devices.getUserMedia = function (wanted = {}) {
    const video = typeof wanted.video === 'object' ? { ...wanted.video, frameRate: { max: 8 } } : wanted.video;
    return getUserMedia.call(this, { ...wanted, ...(video === undefined ? {} : { video }) });
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

export interface SentPicture {
  /** Format and layers, such as `video/VP9 L3T3_KEY`. */
  format: string;
  /** Of the largest layer; a busy machine makes it less than the camera has. */
  width: number;
}

/** The pictures that are sent. */
export async function sentPictures(): Promise<SentPicture[]> {
  const { connections } = globalThis as never as { connections: RTCPeerConnection[] };
  const sent: SentPicture[] = [];
  for (const connection of connections.filter(({ connectionState }) => connectionState === 'connected')) {
    const report = await connection.getStats();
    for (const one of report.values() as Iterable<Record<string, unknown>>) {
      if (one['type'] !== 'outbound-rtp' || one['kind'] !== 'video' || !(Number(one['framesSent']) > 0)) continue;
      const codec = report.get(String(one['codecId'])) as { mimeType?: string } | undefined;
      const format = `${codec?.mimeType} ${String(one['scalabilityMode'])}`;
      sent.push({ format, width: Number(one['frameWidth'] ?? 0) });
    }
  }
  return sent;
}
