// Runs in a browser: a player of WHEP that knows nothing of this project, with a bare RTCPeerConnection.

interface Seen {
  status: number;
  location: string;
  etag: string;
}

async function playByWhep(url: string, token: string, codec?: string): Promise<Seen> {
  const connection = new RTCPeerConnection();
  const video = document.createElement('video');
  video.muted = true;
  const audio = new AudioContext();
  await audio.resume();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 4096;
  const transceivers = ['audio', 'video'].map((kind) => connection.addTransceiver(kind, { direction: 'recvonly' }));
  if (codec !== undefined) {
    const codecs = RTCRtpReceiver.getCapabilities('video')!.codecs.filter(({ mimeType }) => mimeType === codec);
    transceivers[1]!.setCodecPreferences(codecs);
  }
  connection.addEventListener('track', ({ track }) => {
    const stream = new MediaStream([track]);
    if (track.kind === 'video') {
      video.srcObject = stream;
      void video.play();
      return;
    }
    // Chromium decodes sound for whoever plays it only.
    const element = new Audio();
    element.muted = true;
    element.srcObject = stream;
    void element.play();
    audio.createMediaStreamSource(stream).connect(analyser);
    Object.assign(window, { element });
  });
  await connection.setLocalDescription();
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/sdp' };
  const response = await fetch(url, { method: 'POST', headers, body: connection.localDescription!.sdp });
  const sdp = await response.text();
  if (response.status === 201) await connection.setRemoteDescription({ type: 'answer', sdp });
  Object.assign(window, { playing: { connection, video, audio, analyser } });
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    etag: response.headers.get('etag') ?? '',
  };
}

function played(): { hertz: number; width: number } {
  const { video, audio, analyser } = (window as never as { playing: Record<string, never> }).playing as never as {
    video: HTMLVideoElement;
    audio: AudioContext;
    analyser: AnalyserNode;
  };
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  const isHeard = (bins[loudest] ?? -Infinity) > -70;
  const hertz = isHeard ? (loudest * audio.sampleRate) / analyser.fftSize : 0;
  return { hertz, width: video.currentTime > 0 ? video.videoWidth : 0 };
}

Object.assign(window, { playByWhep, played });
