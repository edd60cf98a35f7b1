import assert from 'node:assert/strict';
import { listStreamTokens, revokeStreamToken } from '@folkmoot/protocol-spec/schemas/client/stream-tokens.ts';
import { conformance } from '../case.ts';
import type { Person } from '../person.ts';
import { type RawAnswer, sendRequest } from '../send-request.ts';
import { asks, hasVoice, type Place, refused } from '../voice-answers.ts';

interface Issued {
  id: string;
  url: string;
  token: string;
}

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const sdp = { 'content-type': 'application/sdp' };
const fragment = { 'content-type': 'application/trickle-ice-sdpfrag' };

/** An offer in unusual payload types, of a program that is cut off afterwards. */
const offer = (direction: 'sendonly' | 'recvonly') =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE a v',
    `a=fingerprint:sha-256 ${fingerprint}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 121',
    'a=mid:a',
    `a=${direction}`,
    'a=setup:actpass',
    'a=rtpmap:121 opus/48000/2',
    'a=ssrc:1111 cname:x',
    'm=video 9 UDP/TLS/RTP/SAVPF 122',
    'a=mid:v',
    `a=${direction}`,
    'a=setup:actpass',
    'a=rtpmap:122 VP8/90000',
    'a=ssrc:2222 cname:x',
    '',
  ].join('\r\n');

/** A request to the address of a token, or to one that it was answered with. */
function sends(
  { url, token }: Issued,
  method: string,
  { at, headers = {}, body }: { at?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  const address = new URL(at ?? url, url);
  return sendRequest(address.origin, {
    method,
    path: address.pathname,
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  });
}

/** What the browser of a web page asks before it lets the page ask. */
const asksBefore = ({ url }: Issued, headers: Record<string, string>) =>
  sendRequest(new URL(url).origin, { method: 'OPTIONS', path: new URL(url).pathname, headers });

const posts = (issued: Issued, direction: 'sendonly' | 'recvonly') =>
  sends(issued, 'POST', { headers: sdp, body: offer(direction) });
const codeOf = ({ text }: RawAnswer) => (JSON.parse(text) as { code: string }).code;

async function issues(person: Person, method: 'stream_token' | 'watch_token', place: Place): Promise<Issued> {
  const { ok, error } = await asks(person, method, { ...place });
  assert.ok(ok, `${method}: ${error?.code}`);
  return ok as unknown as Issued;
}

export const programCases = [
  conformance(
    ['VOX-19', 'VOX-21', 'VOX-22'],
    'programs send by WHIP, and players watch by WHEP',
    async ({ people }) => {
      const [ada, bo] = await people('Ada', 'Bo');
      const club = await ada.founds('Tea club');
      await ada.invites(bo);
      const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
      if (!(await hasVoice(ada, lounge))) return;
      const sending = await issues(ada, 'stream_token', lounge);
      const watching = await issues(bo, 'watch_token', lounge);
      const known: unknown[] = [];
      for (const [issued, direction] of [
        [sending, 'sendonly'],
        [watching, 'recvonly'],
      ] as const) {
        const wrong = { ...issued, token: issued.token.replace(/.{43}$/, 'A'.repeat(43)) };
        assert.equal((await posts(wrong, direction)).status, 401);
        assert.equal((await posts({ ...issued, token: ada.token ?? '' }, direction)).status, 401);
        assert.equal((await sends(issued, 'GET')).status, 405);
        const json = { headers: { 'content-type': 'application/json' }, body: '{}' };
        assert.equal(codeOf(await sends(issued, 'POST', json)), 'unsupported_media_type');
        assert.equal(codeOf(await sends(issued, 'POST', { headers: sdp, body: 'v=0' })), 'bad_media');
        const preflight = await asksBefore(issued, { origin: 'https://player.example' });
        assert.equal(preflight.headers['access-control-allow-origin'], '*');
        assert.equal(preflight.headers.link, undefined);
        assert.equal((await sends(wrong, 'OPTIONS')).status, 401);
        known.push((await sends(issued, 'OPTIONS')).headers.link);
      }
      const none = await posts(watching, 'recvonly');
      assert.deepEqual([none.status, codeOf(none)], [409, 'not_streaming']);
      assert.ok(none.headers['retry-after']);

      const streaming = await posts(sending, 'sendonly');
      assert.deepEqual([streaming.status, streaming.headers['content-type']], [201, 'application/sdp']);
      await bo.sees('voice.state', (d) => d.state.user.id === ada.id && d.state.screen);
      const playing = await posts(watching, 'recvonly');
      assert.equal(playing.status, 201);
      const isThere = ({ headers }: RawAnswer) => headers.link !== undefined;
      assert.deepEqual(
        known.map((link) => link !== undefined),
        [streaming, playing].map(isThere),
      );
      assert.match(playing.text, /a=rtpmap:121 opus\/48000\/2\r\n/i);
      assert.match(playing.text, /a=rtpmap:122 VP8\/90000\r\n/i);

      const at = String(playing.headers.location);
      const patches = (headers: Record<string, string>) =>
        sends(watching, 'PATCH', { at, headers: { ...fragment, ...headers }, body: 'a=ice-ufrag:abcd\r\n' });
      assert.equal(codeOf(await patches({})), 'entity_tag_required');
      assert.equal(codeOf(await patches({ 'if-match': '"another"' })), 'stale_entity_tag');
      assert.equal((await patches({ 'if-match': String(playing.headers.etag) })).status, 204);
      const again = await patches({ 'if-match': '*' });
      assert.equal(again.status, 200);
      assert.notEqual(again.headers.etag, playing.headers.etag);
      assert.equal((await sends(sending, 'DELETE', { at })).status, 401);
      assert.equal((await sends(watching, 'DELETE', { at })).status, 200);
      assert.equal((await sends(watching, 'DELETE', { at })).status, 404);
      assert.equal((await sends(sending, 'DELETE', { at: String(streaming.headers.location) })).status, 200);
      await bo.sees('voice.left', (d) => d.user === ada.id);
    },
  ),

  conformance('VOX-20', 'tokens of programs are listed and revoked', async ({ people }) => {
    const [ada, bo, cy] = await people('Ada', 'Bo', 'Cy');
    const club = await ada.founds('Tea club');
    for (const person of [bo, cy]) await ada.invites(person);
    const lounge = await ada.makesChannel(club, 'Lounge', { kind: 'voice' });
    if (!(await hasVoice(ada, lounge))) return;
    const sending = await issues(bo, 'stream_token', lounge);
    const listed = async (person: Person) => (await person.asks(listStreamTokens, { params: { ...lounge } })).tokens;
    const params = { ...lounge, token: sending.id };
    for (const person of [ada, bo])
      assert.deepEqual(
        (await listed(person)).map(({ id, kind, open }) => [id, kind, open]),
        [[sending.id, 'send', 0]],
      );
    assert.deepEqual(await listed(cy), []);
    await cy.isRefused('missing_permission', revokeStreamToken, { params });
    await ada.asks(revokeStreamToken, { params });
    await ada.asks(revokeStreamToken, { params });
    assert.deepEqual(await listed(bo), []);
    assert.equal((await posts(sending, 'sendonly')).status, 401);
    await ada.overrides(lounge, 'everyone', { deny: ['voice.screen'] });
    for (const method of ['stream_token', 'watch_token'])
      assert.equal(await refused(bo, method, { ...lounge }), 'missing_permission', method);
  }),
];
