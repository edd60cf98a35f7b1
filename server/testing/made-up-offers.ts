const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');

/** Of one microphone and one screen. */
export const offerText = (direction: 'sendonly' | 'recvonly') =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 96',
    'a=mid:0',
    `a=${direction}`,
    'a=setup:actpass',
    'a=rtpmap:96 opus/48000/2',
    'a=ssrc:1111 cname:x',
    'm=video 9 UDP/TLS/RTP/SAVPF 97',
    'a=mid:1',
    `a=${direction}`,
    'a=setup:actpass',
    'a=rtpmap:97 VP8/90000',
    'a=rtcp-fb:97 nack pli',
    'a=ssrc:2222 cname:x',
    '',
  ].join('\r\n');

/** Posts an offer that nothing ever comes of, as a program that was cut off would. */
export async function offers(
  { url, token }: { url: string; token: string },
  direction: 'sendonly' | 'recvonly',
): Promise<{ status: number; code: string; sdp: string; location: string; retryAfter: string | null }> {
  const headers = { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers, body: offerText(direction) });
  const text = await response.text();
  const isAnswer = response.status === 201;
  return {
    status: response.status,
    code: isAnswer ? '' : (JSON.parse(text) as { code: string }).code,
    sdp: isAnswer ? text : '',
    location: response.headers.get('location') ?? '',
    retryAfter: response.headers.get('retry-after'),
  };
}
