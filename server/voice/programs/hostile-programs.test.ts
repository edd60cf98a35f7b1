import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { offers, offerText } from '../../testing/made-up-offers.ts';
import { type Person, person } from '../../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../../testing/voice-browser.ts';
import { Caller, newVoiceChannel, type VoicePlace } from '../../testing/voice-people.ts';

const skip = lacksForMedia();
let homeserver: TestHomeserver;
let owner: Person;
let place: VoicePlace;
let caller: Caller;
const logged: string[] = [];
let stopListening: () => void = () => undefined;

before(async () => {
  if (skip) return;
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = ((chunk: string | Uint8Array) => logged.push(String(chunk)) > 0) as typeof write;
  stopListening = () => void (process.stderr.write = write);
  homeserver = await startHomeserver({ environment: { ...voiceEnvironment, FOLKMOOT_LOG: 'trace' } });
  owner = await person(homeserver.url);
  place = await newVoiceChannel(owner, await owner.founds('Cinema'));
  caller = await Caller.of(owner);
});
after(async () => {
  caller?.[Symbol.dispose]();
  await homeserver?.close();
  stopListening();
});

interface Posting {
  url: string;
  token?: string;
  method?: string;
  body?: string | ReadableStream;
  headers?: Record<string, string>;
}

async function posts({ url, token, method = 'POST', body = offerText('sendonly'), headers = {} }: Posting) {
  const response = await fetch(url, {
    method,
    headers: {
      'Content-Type': 'application/sdp',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'GET' || method === 'DELETE' ? {} : { body }),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
  const text = await response.text();
  const code = text.startsWith('{') ? (JSON.parse(text) as { code: string }).code : '';
  return { status: response.status, code, text };
}

test('[VOX-19] whoever guesses tokens is slowed down, and learns nothing by it', { skip }, async () => {
  await using limited = await startHomeserver({ rateLimits: true });
  const url = `${limited.url}/voice/whip`;
  const answers = new Set<string>();
  for (let n = 0; !answers.has('429 rate_limited'); n++) {
    assert.ok(n < 400, 'nobody slows it down');
    const token = [`fm_w_${randomBytes(32).toString('base64url')}`, 'fm_w_', `${'x'.repeat(9_000)}`][n % 3]!;
    const { status, code } = await posts({ url, token });
    answers.add(`${status} ${code}`);
  }
  assert.deepEqual([...answers].sort(), ['401 unauthenticated', '429 rate_limited']);
});

test('[VOX-19] a token counts in its header only, and stands in no log', { skip }, async () => {
  const { url, token } = await caller.asks('stream_token', place);
  const elsewhere: Posting[] = [
    { url: `${url}?access_token=${token}` },
    { url: `${url}?token=${token}` },
    { url: `${url}/${token}` },
    { url, headers: { Cookie: `token=${token}; session=${token}` } },
    { url, headers: { Authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` } },
    { url, headers: { Authorization: token } },
  ];
  for (const one of elsewhere) {
    const { status } = await posts(one);
    assert.ok([401, 404, 405].includes(status), `${one.url}: ${status}`);
  }
  // Nor does it open anything else.
  const me = await fetch(`${homeserver.url}/api/v1/users/me`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(me.status, 401);
  assert.equal((await offers({ url, token }, 'sendonly')).status, 201);
  assert.ok(logged.length > 0);
  assert.ok(!logged.join('').includes(token), 'the token is in the log');
});

test('[VOX-19] what has ended stays over, and a stream is that of its token', { skip }, async () => {
  const first = await caller.asks('stream_token', place);
  const second = await caller.asks('stream_token', place);
  const { location, status } = await offers(first, 'sendonly');
  assert.equal(status, 201);
  const url = new URL(location, first.url).href;
  const fragment = { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*' };
  for (const method of ['PATCH', 'DELETE'])
    assert.equal((await posts({ url, token: second.token, method, headers: fragment })).code, 'not_found', method);
  assert.equal((await posts({ url, token: first.token, method: 'PATCH', headers: fragment })).status, 200);
  assert.equal((await posts({ url, token: first.token, method: 'DELETE' })).status, 200);
  for (const method of ['PATCH', 'DELETE'])
    assert.equal((await posts({ url, token: first.token, method, headers: fragment })).code, 'not_found', method);
});

test('[VOX-19] an offer of any size and shape is answered, and refused by a code', { skip }, async () => {
  const { url, token } = await caller.asks('stream_token', place);
  const huge = 'x'.repeat(3 * 1024 * 1024);
  const streamed = new Blob([huge]).stream();
  for (const body of [huge, streamed]) assert.equal((await posts({ url, token, body })).code, 'too_large');
  assert.equal((await posts({ url: `${url}/x`, body: huge })).code, 'unauthenticated');

  const good = offerText('sendonly');
  const head = good.slice(0, good.indexOf('m=audio'));
  const section = (payloads: string, lines: string) =>
    `${head}m=video 9 UDP/TLS/RTP/SAVPF ${payloads}\r\na=mid:0\r\na=sendonly\r\n${lines}`;
  const vp8 = 'a=rtpmap:97 VP8/90000\r\n';
  const shapes = [
    '',
    '\0'.repeat(1_000),
    'm='.repeat(20_000),
    'm=\n'.repeat(5_000),
    '\n'.repeat(60_000),
    head,
    section('9 '.repeat(12_000).trim(), 'a=x\n'.repeat(9_000)),
    section('97', `a=extmap:1 x\r\n`.repeat(3_000)),
    section('97', `${vp8}a=fmtp:97 ${'a=b;'.repeat(10_000)}`),
    section('97', `${vp8}a=fmtp:97 __proto__=1;constructor=2;toString=3`),
    section('97', `${vp8}${'a=rtcp-fb:97 nack\r\n'.repeat(2_000)}`),
    section('97', 'a=rtpmap:97 VP8/0000\r\n'),
    section('97', 'a=rtpmap:97 VP8/90000/99999999999999999999\r\n'),
    section('999', 'a=rtpmap:999 VP8/90000\r\n'),
    section('97', `${vp8}a=ssrc:99999999999999999999 cname:x\r\n`),
    section('97', `${vp8}a=extmap:999 urn:ietf:params:rtp-hdrext:sdes:mid\r\n`),
    section('97 97', `${vp8}${vp8}`),
    good.replace('sha-256', 'sha-9'),
    good.replace(/AB:/g, 'ZZ:'),
    good.replace('a=mid:1', 'a=mid:0'),
    good.replace('opus/48000/2', 'opus/48000/200'),
    good.replace('a=ssrc:2222', 'a=ssrc:1111'),
    good.replaceAll('m=video', 'm=application'),
  ];
  for (const [n, body] of shapes.entries()) {
    const { status, code, text } = await posts({ url, token, body });
    assert.ok(status === 201 || (status >= 400 && status < 500 && code !== ''), `${n}: ${status} ${text}`);
  }
  const watching = await caller.asks('watch_token', place);
  assert.equal((await offers({ url, token }, 'sendonly')).status, 201);
  for (const [n, body] of shapes.entries()) {
    const asked = { url: watching.url, token: watching.token, body: body.replaceAll('sendonly', 'recvonly') };
    const { status, code, text } = await posts(asked);
    assert.ok(status === 201 || (status >= 400 && status < 500 && code !== ''), `watching ${n}: ${status} ${text}`);
  }
});
