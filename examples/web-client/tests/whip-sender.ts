// Runs in a browser: a sender of WHIP that knows nothing of this project, with a bare RTCPeerConnection, a tone and a moving picture.

async function sendByWhip(url: string, token: string): Promise<{ status: number; location: string }> {
  const audio = new AudioContext();
  await audio.resume();
  const oscillator = audio.createOscillator();
  oscillator.frequency.value = 660;
  const out = audio.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 180];
  const paint = canvas.getContext('2d')!;
  setInterval(() => paint.fillRect(Math.random() * 320, 0, 20, 180), 50);
  const connection = new RTCPeerConnection();
  connection.addTransceiver(out.stream.getAudioTracks()[0]!, { direction: 'sendonly' });
  connection.addTransceiver(canvas.captureStream(20).getVideoTracks()[0]!, { direction: 'sendonly' });
  await connection.setLocalDescription();
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/sdp' },
    body: connection.localDescription!.sdp,
  });
  const sdp = await response.text();
  if (response.status === 201) await connection.setRemoteDescription({ type: 'answer', sdp });
  // Whatever is not held on to may be collected, with what it sends.
  Object.assign(window, { sending: { connection, audio, oscillator } });
  return { status: response.status, location: response.headers.get('location') ?? '' };
}

Object.assign(window, { sendByWhip });
