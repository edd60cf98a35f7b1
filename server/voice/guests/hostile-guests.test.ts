import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createConnectionKey } from '@folkmoot/protocol-spec/client/voice-key.ts';
import { guestCloseCodes } from '@folkmoot/protocol-spec/schemas/gateway/guest-voice.ts';
import { WebSocket as Impolite } from 'ws';
import { TestNetwork } from '../../testing/federated.ts';

let network: TestNetwork;
let url: string;

before(async () => {
  network = await TestNetwork.open();
  url = `${(await network.homeserver({ rateLimits: true })).url.replace('https', 'wss')}/voice`;
});
after(() => network[Symbol.asyncDispose]());

/** The code with which the hub closes, after a first frame. */
function closedAfter(frame: (challenge: string) => string | Promise<string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.addEventListener('message', ({ data }) => {
      const { challenge } = JSON.parse(String(data)) as { challenge: string };
      void Promise.resolve(frame(challenge)).then((text) => socket.send(text));
    });
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
}

test('[VOX-16] whoever does not begin with a token is closed', async () => {
  const frames = [
    '',
    'null',
    '[]',
    '{"op":"enter"}',
    '{"op":"identify","token":"x"}',
    '{"op":"voice","id":1,"method":"join","d":{}}',
    '['.repeat(10_000),
  ];
  for (const frame of frames) assert.equal(await closedAfter(() => frame), guestCloseCodes.bad_frame, frame);
  assert.equal(await closedAfter(() => 'x'.repeat(70_000)), 1009);
});

test('[VOX-16] who sends pieces without end, or nothing but pings, is closed', async () => {
  const closed = async (attack: (socket: Impolite) => void) => {
    const socket = new Impolite(url);
    await once(socket, 'open');
    attack(socket);
    return ((await once(socket, 'close')) as [number])[0];
  };
  const pieces = (socket: Impolite) => {
    for (let i = 0; i < 1_000; i++) socket.send('x', { fin: false });
  };
  const pings = (socket: Impolite) => {
    for (let i = 0; i < 500; i++) socket.ping();
  };
  assert.equal(await closed(pieces), 1008);
  assert.equal(await closed(pings), guestCloseCodes.too_fast);
});

test('[VOX-15] F147: a token that this hub did not make is refused on the wire', async () => {
  const key = await createConnectionKey();
  const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1XyJ9.';
  const code = await closedAfter(async (challenge) =>
    JSON.stringify({ op: 'enter', token, key: key.publicKey, proof: await key.prove(challenge, token) }),
  );
  assert.equal(code, guestCloseCodes.token_refused);
});

test('[VOX-16] of one address only so many wait at the door', async () => {
  const sockets = Array.from({ length: 60 }, () => new WebSocket(url));
  const opened = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<boolean>((resolve) => {
          socket.addEventListener('open', () => resolve(true));
          socket.addEventListener('error', () => resolve(false));
        }),
    ),
  );
  assert.equal(opened.filter(Boolean).length, 50);
  for (const socket of sockets) socket.close();
});
