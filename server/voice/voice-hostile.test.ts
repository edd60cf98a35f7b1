import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Space } from '@folkmoot/protocol-spec/schemas/objects.ts';
import { TestClient } from '../gateway/gateway-testing.ts';
import { type Person, person } from '../testing/people.ts';
import { startHomeserver, type TestHomeserver } from '../testing/start-homeserver.ts';
import { lacksForMedia, voiceEnvironment } from '../testing/voice-browser.ts';
import { Caller, newVoiceChannel, opus, type VoicePlace, vp8 } from '../testing/voice-people.ts';

const skip = lacksForMedia();

let homeserver: TestHomeserver;
let owner: Person;
let space: Space;
let place: VoicePlace;

before(async () => {
  if (skip) return;
  homeserver = await startHomeserver({ environment: voiceEnvironment });
  owner = await person(homeserver.url);
  space = await owner.founds('Club');
  place = await newVoiceChannel(owner, space);
});
after(() => homeserver?.close());

type Answer = { op: string; id: number; ok?: Record<string, unknown>; error?: { code: string } };

async function rawClient(who: Person) {
  const client = new TestClient(`${homeserver.url.replace('http', 'ws')}/gateway`);
  await client.identifies(who.token);
  let id = 0;
  const ask = async (method: string, d: object): Promise<Answer> => {
    client.send({ op: 'voice', id: ++id, method, d });
    const mine = id;
    return (await client.until(() =>
      client.frames.find((frame) => frame.op === 'voice' && (frame as unknown as Answer).id === mine),
    )) as unknown as Answer;
  };
  return { client, ask };
}

interface HasSend {
  send?: { id: string };
}

const wild: readonly [string, (room: HasSend) => [string, object]][] = [
  ['no such method', () => ['__proto__', {}]],
  ['no such method either', () => ['constructor', {}]],
  ['a member too many', () => ['leave', { now: true }]],
  ['a place that is none', () => ['join', { space: 's_x', channel: '../..' }]],
  [
    'a transport of nobody',
    () => [
      'connect',
      { transport: 'x', dtls_parameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] } },
    ],
  ],
  ['no fingerprint', (room) => ['connect', { transport: room.send?.id, dtls_parameters: { fingerprints: [] } }]],
  [
    'a fingerprint that is none',
    (room) => [
      'connect',
      {
        transport: room.send?.id,
        dtls_parameters: { fingerprints: [{ algorithm: 'sha-256', value: 'zz' }] },
      },
    ],
  ],
  ['a kind that is not its source', () => ['produce', { kind: 'audio', source: 'camera', rtp_parameters: opus() }]],
  ['a source that is not its codec', () => ['produce', { kind: 'video', source: 'camera', rtp_parameters: opus() }]],
  ['no codec', () => ['produce', { kind: 'audio', source: 'mic', rtp_parameters: { ...opus(), codecs: [] } }]],
  [
    'an unknown codec',
    () => [
      'produce',
      {
        kind: 'audio',
        source: 'mic',
        rtp_parameters: { ...opus(), codecs: [{ mimeType: 'audio/nothing', payloadType: 0, clockRate: 1 }] },
      },
    ],
  ],
  ['no encoding', () => ['produce', { kind: 'audio', source: 'mic', rtp_parameters: { ...opus(), encodings: [] } }]],
  [
    'an SSRC beyond 32 bits',
    () => ['produce', { kind: 'audio', source: 'mic', rtp_parameters: { ...opus(), encodings: [{ ssrc: 2 ** 40 }] } }],
  ],
  [
    'one SSRC twice',
    () => [
      'produce',
      { kind: 'video', source: 'camera', rtp_parameters: { ...vp8(), encodings: [{ ssrc: 5 }, { ssrc: 5 }] } },
    ],
  ],
  [
    'rid and mid of any bytes',
    () => [
      'produce',
      {
        kind: 'video',
        source: 'camera',
        rtp_parameters: { ...vp8(), mid: '\u{1F600}\r\n', encodings: [{ rid: '\r\n' }] },
      },
    ],
  ],
  [
    'a layer mode that is none',
    () => [
      'produce',
      {
        kind: 'video',
        source: 'screen',
        rtp_parameters: { ...vp8(), encodings: [{ ssrc: 9, scalabilityMode: 'L99T99' }] },
      },
    ],
  ],
  [
    'a header extension id beyond all',
    () => [
      'produce',
      {
        kind: 'video',
        source: 'screen',
        rtp_parameters: { ...vp8(), headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 255 }] },
      },
    ],
  ],
  ['nothing to consume with', () => ['consume', { producers: ['x'] }]],
  ['consuming nobody', () => ['consume', { producers: ['x'], rtp_capabilities: { codecs: [] } }]],
  [
    'capabilities that contradict each other',
    () => [
      'consume',
      { producers: ['x'], rtp_capabilities: { codecs: [{ kind: 'video', mimeType: 'audio/opus', clockRate: 1 }] } },
    ],
  ],
  ['layers of nobody', () => ['layers', { consumers: [{ consumer: 'x', spatial: 7 }] }]],
  ['pausing nobody', () => ['pause', { producers: ['x'], consumers: ['y'] }]],
  ['a thousand ids', () => ['close', { consumers: Array.from({ length: 1_000 }, (_, n) => `${n}`) }]],
  ['moderating nobody', () => ['moderate', { space: 's_'.padEnd(34, 'a'), user: 'u_'.padEnd(34, 'a'), muted: true }]],
];

test('[VOX-2] whatever a client says, it gets an answer with a code, and the others notice nothing', {
  skip,
}, async () => {
  const guest = await person(homeserver.url);
  await owner.invites(space, guest);
  using quiet = await Caller.of(owner);
  await quiet.asks('join', place);
  const { client, ask } = await rawClient(guest);
  for (const [, make] of wild) assert.ok((await ask(...make({}))).error, 'before joining');
  const room = (await ask('join', place)).ok as HasSend;
  const workers = homeserver.homeserver.voice.status.workers.map(({ pid }) => pid);
  const statuses = new Set(['invalid_body', 'not_found', 'bad_media', 'not_in_voice', 'limit_reached']);
  for (const [name, make] of wild) {
    const { ok, error } = await ask(...make(room));
    assert.ok(error === undefined ? ok : statuses.has(error.code), `${name}: ${JSON.stringify({ ok, error })}`);
  }
  assert.equal((await ask('sync', {})).error, undefined);
  assert.deepEqual(
    homeserver.homeserver.voice.status.workers.map(({ pid }) => pid),
    workers,
  );
  assert.equal((await quiet.asks('sync', {})).state.channel, place.channel);
  client.socket.close();
});

test('[VOX-2] what belongs to somebody else is not found', { skip }, async () => {
  const guest = await person(homeserver.url);
  await owner.invites(space, guest);
  using mine = await Caller.of(owner);
  using theirs = await Caller.of(guest);
  const room = await mine.asks('join', place);
  await theirs.asks('join', place);
  const { producer } = await mine.asks('produce', { kind: 'audio', source: 'mic', rtp_parameters: opus() });
  const dtls_parameters = { fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA:BB' }] };
  assert.equal(await theirs.isRefused('connect', { transport: room.send.id, dtls_parameters }), 'not_found');
  assert.equal(await theirs.isRefused('restart_ice', { transport: room.receive.id }), 'not_found');
  assert.equal(await theirs.isRefused('pause', { producers: [producer] }), 'not_found');
  assert.equal(await theirs.isRefused('close', { producers: [producer] }), 'not_found');
  const { refused } = await mine.asks('consume', { producers: [producer], rtp_capabilities: room.rtp_capabilities });
  assert.deepEqual(refused, [{ producer, code: 'not_found' }]);
});

test('[VOX-2] too many at once and too many joins are limited', { skip }, async () => {
  await using limited = await startHomeserver({ environment: voiceEnvironment, rateLimits: true });
  const alone = await person(limited.url);
  const place = await newVoiceChannel(alone, await alone.founds('Club'));
  using caller = await Caller.of(alone);
  await caller.asks('join', place);
  // Going in takes a moment, in which the others wait.
  const slow = caller.asks('join', place);
  const many = await Promise.all(Array.from({ length: 60 }, () => caller.isRefused('sync', {})));
  assert.ok(many.includes('rate_limited') && many.includes('not refused'), many.join());
  await slow;
  const joins: string[] = [];
  for (let n = 0; n < 35; n++) joins.push(await caller.isRefused('join', place));
  assert.equal(joins.at(-1), 'rate_limited');
  assert.equal(joins[0], 'not refused');
});

test('[VOX-1] [VOX-4] a homeserver without voice says so, and everything else runs', async () => {
  await using without = await startHomeserver({ environment: { FOLKMOOT_VOICE: 'off' } });
  const alone = await person(without.url);
  const club = await alone.founds('Club');
  const channel = await newVoiceChannel(alone, club);
  using caller = await Caller.of(alone);
  assert.equal(await caller.isRefused('join', channel), 'voice_off');
  assert.equal(await caller.isRefused('sync', {}), 'not_in_voice');
  assert.equal((await alone.says(club, 'text goes on')).content, 'text goes on');
});

test('whatever arrives at the media ports, the workers go on', { skip }, async () => {
  using caller = await Caller.of(owner);
  const room = await caller.asks('join', place);
  const workers = homeserver.homeserver.voice.status.workers.map(({ pid }) => pid);
  const udp = createSocket('udp4');
  const password = room.receive.ice_parameters;
  for (const { address, port, protocol } of room.receive.ice_candidates) {
    const packets = Array.from({ length: 400 }, (_, n) => hostilePacket(n, password.usernameFragment));
    if (protocol === 'udp') for (const packet of packets) udp.send(packet, port, address);
    else {
      const tcp = connect(port, address, () => tcp.end(Buffer.concat(packets)));
      tcp.on('error', () => undefined);
      await once(tcp, 'close');
    }
  }
  assert.equal((await caller.asks('sync', {})).state.channel, place.channel);
  assert.deepEqual(
    homeserver.homeserver.voice.status.workers.map(({ pid }) => pid),
    workers,
  );
  udp.close();
});

/** STUN, DTLS, RTP and RTCP that are cut, too long, or lie about their lengths. */
function hostilePacket(n: number, name: string): Buffer {
  const noise = randomBytes(1 + ((n * 37) % 1_200));
  const first = [0x00, 0x01, 0x14, 0x16, 0x80, 0x81, 0x90, 0xbf][n % 8] ?? 0;
  noise[0] = first;
  if (first > 1 || noise.length < 28) return noise;
  // A binding request with a magic cookie and a user name that reaches a transport.
  Buffer.from('0001', 'hex').copy(noise, 0);
  noise.writeUInt16BE(n % 3 === 0 ? 0xffff : noise.length - 20, 2);
  Buffer.from('2112a442', 'hex').copy(noise, 4);
  noise.writeUInt16BE(0x0006, 20);
  noise.writeUInt16BE(n % 2 === 0 ? 0xfff0 : name.length, 22);
  noise.write(name, 24);
  return noise;
}
